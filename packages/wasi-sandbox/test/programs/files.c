// Uses the file system as a program would, and prints what it finds.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(const char *what, int ok) { printf("%s: %s\n", what, ok ? "ok" : strerror(errno)); }

static void write_file(const char *path, const char *mode, const char *text) {
  FILE *file = fopen(path, mode);
  check(path, file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void print_file(const char *path) {
  char text[256] = {0};
  FILE *file = fopen(path, "r");
  if (!file) {
    check(path, 0);
    return;
  }
  fread(text, 1, sizeof text - 1, file);
  printf("%s holds \"%s\"\n", path, text);
  fclose(file);
}

static void list(const char *path) {
  DIR *directory = opendir(path);
  printf("%s:", path);
  for (struct dirent *entry; (entry = readdir(directory));) printf(" %s(%d)", entry->d_name, entry->d_type);
  printf("\n");
  closedir(directory);
}

static void print_stat(const char *path) {
  struct stat s;
  if (stat(path, &s) != 0) {
    check(path, 0);
    return;
  }
  printf("%s: inode %llu size %lld links %llu mode %o\n", path, (unsigned long long)s.st_ino, (long long)s.st_size,
         (unsigned long long)s.st_nlink, s.st_mode);
}

int main(void) {
  check("mkdir", mkdir("/notes", 0777) == 0);
  write_file("/notes/b.txt", "w", "first");
  write_file("/notes/a.txt", "w", "other");
  write_file("/notes/b.txt", "a", " and more");
  print_file("/notes/b.txt");
  check("relative", access("notes/a.txt", F_OK) == 0);
  check("rename", rename("/notes/a.txt", "/notes/c.txt") == 0);
  check("link", link("/notes/b.txt", "/notes/d.txt") == 0);
  check("symlink", symlink("b.txt", "/notes/s.txt") == 0);
  print_file("/notes/s.txt");
  list("/notes");
  print_stat("/notes/d.txt");
  print_stat("/notes");
  print_file("/notes/a.txt");
  check("truncate", truncate("/notes/b.txt", 5) == 0);
  print_file("/notes/d.txt");
  int hole = open("/hole", O_RDWR | O_CREAT, 0666);
  check("seek", lseek(hole, 1 << 20, SEEK_SET) == 1 << 20 && write(hole, "x", 1) == 1);
  print_stat("/hole");
  check("too much", ftruncate(hole, 1LL << 40) == 0);
  check("rmdir", rmdir("/notes") == 0);
  check("escape", open("/../etc/passwd", O_RDONLY) >= 0);
  check("unlink", unlink("/notes/b.txt") == 0 && unlink("/notes/c.txt") == 0 && unlink("/notes/d.txt") == 0 &&
                      unlink("/notes/s.txt") == 0);
  check("rmdir", rmdir("/notes") == 0);
  list("/");
  return 0;
}
