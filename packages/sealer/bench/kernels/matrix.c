// Product of two size x size matrices of doubles.
#include "kernel.h"

#define MAX 400
static double a[MAX][MAX], b[MAX][MAX], c[MAX][MAX];

KERNEL {
  uint32_t n = size < MAX ? size : MAX;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      a[i][j] = (double)(i * 3 + j) / n;
      b[i][j] = (double)(i ^ j) / n;
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      double sum = 0;
      for (uint32_t k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
  double trace = 0;
  for (uint32_t i = 0; i < n; i++) trace += c[i][i];
  return (uint32_t)(int64_t)trace;
}
