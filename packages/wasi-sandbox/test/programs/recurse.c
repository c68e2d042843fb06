// Calls itself as often as it is told to: a long call chain, of frames that need none of the program's own memory.
#include <stdio.h>

static long __attribute__((noinline)) down(long depth, long a, long b, long c, long d) {
  if (depth == 0) return a + b + c + d;
  return down(depth - 1, b, c, d, a ^ depth) * 3 + a;
}

int main(void) {
  long depth = 0;
  if (scanf("%ld", &depth) != 1) return 2;
  printf("%ld\n", down(depth, 1, 2, 3, 4));
  return 0;
}
