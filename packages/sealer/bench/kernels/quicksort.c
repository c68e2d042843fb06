// Quicksort of `size` random numbers, recursive, with insertion sort for short ranges.
#include "kernel.h"

#define MAX 2000000
static uint32_t values[MAX];

static void insertion_sort(uint32_t *v, int low, int high) {
  for (int i = low + 1; i <= high; i++) {
    uint32_t value = v[i];
    int j = i - 1;
    for (; j >= low && v[j] > value; j--) v[j + 1] = v[j];
    v[j + 1] = value;
  }
}

static void quicksort(uint32_t *v, int low, int high) {
  if (high - low < 12) {
    insertion_sort(v, low, high);
    return;
  }
  uint32_t pivot = v[low + (high - low) / 2];
  int i = low, j = high;
  while (i <= j) {
    while (v[i] < pivot) i++;
    while (v[j] > pivot) j--;
    if (i > j) break;
    uint32_t swapped = v[i];
    v[i++] = v[j];
    v[j--] = swapped;
  }
  quicksort(v, low, j);
  quicksort(v, i, high);
}

KERNEL {
  uint32_t count = size < MAX ? size : MAX, state = 7, sum = 0;
  for (uint32_t i = 0; i < count; i++) values[i] = next_random(&state);
  quicksort(values, 0, (int)count - 1);
  for (uint32_t i = 0; i < count; i++) sum = sum * 31 + values[i];
  return sum;
}
