// A sun and four planets, `size` steps of gravity: floating point with square roots and divisions.
#include "kernel.h"
#include <math.h>

#define BODIES 5
typedef struct {
  double x, y, z, vx, vy, vz, mass;
} Body;

static const Body start[BODIES] = {
    {0, 0, 0, 0, 0, 0, 39.5},
    {4.84, -1.16, -0.10, 0.606, 2.81, -0.02, 0.0377},
    {8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.0113},
    {12.9, -15.1, -0.22, 1.08, 0.868, -0.01, 0.0017},
    {15.4, -25.9, 0.18, 0.979, 0.594, -0.034, 0.002},
};
static Body bodies[BODIES];

static void advance(double dt) {
  for (int i = 0; i < BODIES; i++) {
    Body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      Body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double pull = dt / (square * sqrt(square));
      a->vx -= dx * b->mass * pull;
      a->vy -= dy * b->mass * pull;
      a->vz -= dz * b->mass * pull;
      b->vx += dx * a->mass * pull;
      b->vy += dy * a->mass * pull;
      b->vz += dz * a->mass * pull;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    bodies[i].x += dt * bodies[i].vx;
    bodies[i].y += dt * bodies[i].vy;
    bodies[i].z += dt * bodies[i].vz;
  }
}

KERNEL {
  for (int i = 0; i < BODIES; i++) bodies[i] = start[i];
  for (uint32_t step = 0; step < size; step++) advance(0.001);
  return (uint32_t)(int64_t)(bodies[1].x * 1e6);
}
