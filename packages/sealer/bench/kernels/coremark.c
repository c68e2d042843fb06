// What CoreMark is made of: linked lists (search, merge sort), a matrix of integers, a state machine, and a CRC over all; `size` times.
#include "kernel.h"
#include <stddef.h>

#define ITEMS 200
#define SIDE 12
typedef struct Item {
  struct Item *next;
  int16_t value, index;
} Item;
static Item items[ITEMS];
static int16_t a[SIDE][SIDE], b[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static uint16_t crc16(uint16_t crc, uint32_t value) {
  for (int i = 0; i < 16; i++, value >>= 1) crc = (uint16_t)((crc ^ value) & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1);
  return crc;
}

static int by_value(const Item *a, const Item *b) { return a->value - b->value; }
static int by_index(const Item *a, const Item *b) { return a->index - b->index; }

static Item *merge_sort(Item *list, int (*compare)(const Item *, const Item *)) {
  if (!list || !list->next) return list;
  Item *slow = list, *fast = list->next;
  while (fast && fast->next) slow = slow->next, fast = fast->next->next;
  Item *right = merge_sort(slow->next, compare);
  slow->next = NULL;
  Item *left = merge_sort(list, compare), *head = NULL, **tail = &head;
  while (left && right) {
    Item **from = compare(left, right) <= 0 ? &left : &right;
    *tail = *from;
    tail = &(*from)->next;
    *from = (*from)->next;
  }
  *tail = left ? left : right;
  return head;
}

static uint16_t lists(uint32_t seed, uint16_t crc) {
  Item *list = NULL;
  for (int i = 0; i < ITEMS; i++) {
    items[i] = (Item){list, (int16_t)(next_random(&seed) & 0x7ff), (int16_t)i};
    list = &items[i];
  }
  for (int wanted = 0; wanted < 64; wanted++) {
    const Item *item = list;
    while (item && (item->value & 0x3f) != wanted) item = item->next;
    crc = crc16(crc, item ? (uint16_t)item->index : 0xffff);
  }
  list = merge_sort(list, by_value);
  crc = crc16(crc, (uint16_t)list->index);
  list = merge_sort(list, by_index);
  return crc16(crc, (uint16_t)list->value);
}

static uint16_t matrices(uint32_t seed, uint16_t crc) {
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) a[i][j] = (int16_t)(seed + i * j), b[i][j] = (int16_t)(seed ^ (i << j));
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      int32_t sum = 0;
      for (int k = 0; k < SIDE; k++) sum += a[i][k] * b[k][j];
      product[i][j] = sum;
    }
  }
  int32_t sum = 0;
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) sum = product[i][j] > sum ? sum + 10 : sum + (product[i][j] >> 4 & 0xff);
  return crc16(crc, (uint32_t)sum);
}

enum State { START, SIGN, DIGITS, FRACTION, EXPONENT, BAD, STATES };

static enum State step(enum State state, char c) {
  int is_digit = c >= '0' && c <= '9';
  switch (state) {
    case START: return is_digit ? DIGITS : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : BAD;
    case SIGN: return is_digit ? DIGITS : c == '.' ? FRACTION : BAD;
    case DIGITS: return is_digit ? DIGITS : c == '.' ? FRACTION : c == 'e' ? EXPONENT : BAD;
    case FRACTION: return is_digit ? FRACTION : c == 'e' ? EXPONENT : BAD;
    case EXPONENT: return is_digit || c == '-' ? EXPONENT : BAD;
    default: return BAD;
  }
}

static uint16_t states(uint32_t seed, uint16_t crc) {
  static const char *numbers[] = {"5012", "-874", "+.256", "35.54400", ".1e-20", "T0.3e-1F", "-110.70", "1.5e7x"};
  uint32_t counts[STATES] = {0};
  for (int i = 0; i < 120; i++) {
    enum State state = START;
    for (const char *c = numbers[(seed + i * 5) & 7]; *c && state != BAD; c++) state = step(state, *c);
    counts[state]++;
  }
  for (int i = 0; i < STATES; i++) crc = crc16(crc, counts[i]);
  return crc;
}

KERNEL {
  uint16_t crc = 0xffff;
  for (uint32_t i = 0; i < size; i++) crc = states(i, matrices(i, lists(i, crc)));
  return crc;
}
