// Takes memory until there is no more, then says how much it got.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  size_t megabytes = 0;
  // Through volatile, or the compiler removes allocations that it sees nobody use.
  for (char *volatile block; (block = malloc(1 << 20)); megabytes++) block[0] = 1;
  printf("%zu MB\n", megabytes);
  return megabytes == 0;
}
