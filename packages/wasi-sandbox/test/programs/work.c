// Work of several kinds in a small program: sorts, hashes, floating point, and formats the result.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static uint64_t fnv1a(const void *data, size_t length) {
  uint64_t hash = 14695981039346656037ull;
  for (size_t i = 0; i < length; i++) hash = (hash ^ ((const uint8_t *)data)[i]) * 1099511628211ull;
  return hash;
}

int main(void) {
  unsigned count = 0;
  if (scanf("%u", &count) != 1) return 2;
  uint32_t *values = malloc(count * sizeof *values);
  uint32_t state = 1;
  for (unsigned i = 0; i < count; i++) values[i] = state = state * 1664525u + 1013904223u;
  qsort(values, count, sizeof *values, compare);
  double sum = 0;
  for (unsigned i = 0; i < count; i++) sum += sqrt(values[i]) * sin(i) / (i + 1.0);
  printf("%016llx %.17g %a\n", (unsigned long long)fnv1a(values, count * sizeof *values), sum, pow(sum, 0.25));
  free(values);
  return 0;
}
