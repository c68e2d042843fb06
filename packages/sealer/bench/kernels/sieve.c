// Sieve of Eratosthenes over `size` numbers.
#include "kernel.h"
#include <string.h>

#define MAX 8000000
static uint8_t composite[MAX];

KERNEL {
  uint32_t limit = size < MAX ? size : MAX;
  memset(composite, 0, limit);
  uint32_t count = 0;
  for (uint32_t i = 2; i < limit; i++) {
    if (composite[i]) continue;
    count++;
    for (uint64_t j = (uint64_t)i * i; j < limit; j += i) composite[j] = 1;
  }
  return count;
}
