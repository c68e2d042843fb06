// A bytecode interpreter's loop: a register machine adds up Collatz sequences below `size`.
#include "kernel.h"

enum Operation { SET, MOVE, ADD, TRIPLE, HALVE, INCREMENT, IF_ODD, IF_ONE, IF_LESS, JUMP, STOP };
typedef struct {
  uint8_t operation, a, b;
  int32_t value;
} Instruction;

static Instruction program[] = {
    {SET, 0, 0, 1},        // 0: n = 1
    {SET, 1, 0, 0},        // 1: total = 0
    {MOVE, 2, 0, 0},       // 2: x = n
    {IF_ONE, 2, 0, 10},    // 3: while x != 1
    {INCREMENT, 1, 0, 0},  // 4:   total += 1
    {IF_ODD, 2, 0, 8},     // 5:   if x is even
    {HALVE, 2, 0, 0},      // 6:     x /= 2
    {JUMP, 0, 0, 3},       // 7
    {TRIPLE, 2, 0, 0},     // 8:   else x = 3x + 1
    {JUMP, 0, 0, 3},       // 9
    {ADD, 1, 0, 0},        // 10: total += n
    {INCREMENT, 0, 0, 0},  // 11: n += 1
    {IF_LESS, 0, 3, 2},    // 12: again while n < size
    {STOP, 1, 0, 0},       // 13
};

__attribute__((noinline)) static uint32_t interpret(const Instruction *code, uint32_t *r) {
  for (uint32_t pc = 0;;) {
    const Instruction *i = &code[pc++];
    switch (i->operation) {
      case SET: r[i->a] = (uint32_t)i->value; break;
      case MOVE: r[i->a] = r[i->b]; break;
      case ADD: r[i->a] += r[i->b]; break;
      case TRIPLE: r[i->a] = 3 * r[i->a] + 1; break;
      case HALVE: r[i->a] >>= 1; break;
      case INCREMENT: r[i->a]++; break;
      case IF_ODD: if (r[i->a] & 1) pc = (uint32_t)i->value; break;
      case IF_ONE: if (r[i->a] == 1) pc = (uint32_t)i->value; break;
      case IF_LESS: if (r[i->a] < r[i->b]) pc = (uint32_t)i->value; break;
      case JUMP: pc = (uint32_t)i->value; break;
      default: return r[i->a];
    }
  }
}

KERNEL {
  uint32_t registers[4] = {0, 0, 0, size};
  return interpret(program, registers);
}
