// Prints everything that a program can ask of its world: arguments, environment, clocks, random bytes, the root directory.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void print_clock(const char *name, clockid_t id) {
  struct timespec now, resolution;
  clock_gettime(id, &now);
  clock_getres(id, &resolution);
  printf("%s %lld.%09ld resolution %ld\n", name, (long long)now.tv_sec, now.tv_nsec, resolution.tv_nsec);
}

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) printf("arg %s\n", argv[i]);
  for (char **variable = environ; *variable; variable++) printf("env %s\n", *variable);
  print_clock("realtime", CLOCK_REALTIME);
  print_clock("monotonic", CLOCK_MONOTONIC);
  struct timespec pause = {2, 500};
  nanosleep(&pause, NULL);
  print_clock("slept", CLOCK_MONOTONIC);
  unsigned char random[32];
  getentropy(random, sizeof random);
  printf("random ");
  for (size_t i = 0; i < sizeof random; i++) printf("%02x", random[i]);
  printf("\ntty %d %d %d\n", isatty(0), isatty(1), isatty(2));
  DIR *root = opendir("/");
  for (struct dirent *entry; (entry = readdir(root));) printf("entry %s\n", entry->d_name);
  closedir(root);
  return 0;
}
