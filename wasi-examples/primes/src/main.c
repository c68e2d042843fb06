// Counts the primes below n with a segmented sieve: memory stays small however large n is. See README.md.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BELOW_MAX 100000000000ULL // 10^11; its square root is what the table of small primes has to reach
#define ROOT_MAX 316228
#define SEGMENT_BYTES 32768 // one byte for each odd number; fits a first-level cache
#define PROGRESS_STEPS 10

static uint8_t is_composite[ROOT_MAX + 1];
static uint32_t small_primes[28000]; // 27,293 primes are below ROOT_MAX
static uint64_t next_multiple[28000];
static uint8_t segment[SEGMENT_BYTES];

static _Noreturn void fail(const char *message) {
  fprintf(stderr, "primes: %s\n", message);
  exit(1);
}

static uint64_t read_below(void) {
  char input[256];
  size_t length = fread(input, 1, sizeof input - 1, stdin);
  input[length] = '\0';
  uint64_t below = 0;
  int end = 0;
  int fields = sscanf(input, " { \"below\" : %12" SCNu64 " } %n", &below, &end);
  if (fields != 1 || end == 0 || input[end] != '\0' || strchr(input, '-')) fail("expected {\"below\": n} with an integer n");
  if (below > BELOW_MAX) fail("below is greater than 100000000000");
  return below;
}

// Odd primes whose square is below `below`.
static size_t find_small_primes(uint64_t below) {
  size_t count = 0;
  for (uint64_t n = 3; n * n < below; n += 2) {
    if (is_composite[n]) continue;
    small_primes[count++] = (uint32_t)n;
    for (uint64_t multiple = n * n; multiple <= ROOT_MAX; multiple += 2 * n) is_composite[multiple] = 1;
  }
  return count;
}

int main(void) {
  uint64_t below = read_below();
  uint64_t count = below > 2 ? 1 : 0;
  uint64_t largest = below > 2 ? 2 : 0;
  size_t small_count = find_small_primes(below);
  for (size_t i = 0; i < small_count; i++) next_multiple[i] = (uint64_t)small_primes[i] * small_primes[i];

  uint64_t progress_at = below / PROGRESS_STEPS;
  for (uint64_t low = 3; low < below; low += 2 * SEGMENT_BYTES) {
    uint64_t high = low + 2 * SEGMENT_BYTES < below ? low + 2 * SEGMENT_BYTES : below;
    memset(segment, 0, sizeof segment);
    for (size_t i = 0; i < small_count && (uint64_t)small_primes[i] * small_primes[i] < high; i++) {
      uint64_t multiple = next_multiple[i];
      for (; multiple < high; multiple += 2 * (uint64_t)small_primes[i]) segment[(multiple - low) / 2] = 1;
      next_multiple[i] = multiple;
    }
    for (uint64_t n = low; n < high; n += 2)
      if (!segment[(n - low) / 2]) count++, largest = n;
    if (high >= progress_at && below > 1000000) {
      fprintf(stderr, "primes: %" PRIu64 " below %" PRIu64 "\n", count, high);
      progress_at += below / PROGRESS_STEPS;
    }
  }
  if (largest == 0) printf("{\"below\":%" PRIu64 ",\"count\":0,\"largest\":null}", below);
  else printf("{\"below\":%" PRIu64 ",\"count\":%" PRIu64 ",\"largest\":%" PRIu64 "}", below, count, largest);
  return 0;
}
