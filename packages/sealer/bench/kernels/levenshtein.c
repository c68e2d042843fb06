// Edit distance of two random strings of `size` letters.
#include "kernel.h"

#define MAX 20000
static char a[MAX], b[MAX];
static uint32_t row[MAX + 1];

KERNEL {
  uint32_t length = size < MAX ? size : MAX, state = 11;
  for (uint32_t i = 0; i < length; i++) {
    a[i] = (char)('a' + next_random(&state) % 6);
    b[i] = (char)('a' + next_random(&state) % 6);
  }
  for (uint32_t j = 0; j <= length; j++) row[j] = j;
  for (uint32_t i = 1; i <= length; i++) {
    uint32_t diagonal = row[0];
    row[0] = i;
    for (uint32_t j = 1; j <= length; j++) {
      uint32_t best = diagonal + (a[i - 1] != b[j - 1]);
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[length];
}
