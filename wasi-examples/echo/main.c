// Writes what it reads. See README.md.
#include <stdio.h>

int main(void) {
  static char buffer[65536];
  size_t length;
  while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0)
    if (fwrite(buffer, 1, length, stdout) != length) return 1;
  return 0;
}
