// Copies stdin to stdout and says on stderr how much that was.
#include <stdio.h>

int main(void) {
  char buffer[4096];
  size_t total = 0, length;
  while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
    fwrite(buffer, 1, length, stdout);
    total += length;
  }
  fprintf(stderr, "%zu bytes\n", total);
  return 0;
}
