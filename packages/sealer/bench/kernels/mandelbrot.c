// The Mandelbrot set on a size x size grid, at most 50 iterations a point.
#include "kernel.h"

KERNEL {
  uint32_t sum = 0;
  for (uint32_t row = 0; row < size; row++) {
    for (uint32_t column = 0; column < size; column++) {
      double cr = 2.0 * column / size - 1.5, ci = 2.0 * row / size - 1.0;
      double zr = 0, zi = 0;
      int i = 0;
      while (i < 50 && zr * zr + zi * zi <= 4.0) {
        double t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        i++;
      }
      sum += i;
    }
  }
  return sum;
}
