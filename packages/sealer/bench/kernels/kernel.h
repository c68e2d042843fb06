// What every kernel has in common: the export that the bench calls, and a small generator of pseudo-random numbers.
#pragma once
#include <stdint.h>

#define KERNEL __attribute__((export_name("kernel"))) uint32_t kernel(uint32_t size)

static inline uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}
