// LZ77 with a hash of three bytes: compresses `size` bytes of made-up text, expands them again and compares.
#include "kernel.h"
#include <string.h>

#define MAX 4000000
#define WINDOW 65535
#define LONGEST 130
static uint8_t text[MAX], packed[MAX * 9 / 8 + 16], back[MAX];
static int32_t last[32768];

static uint32_t hash_of(const uint8_t *p) { return ((p[0] | p[1] << 8 | p[2] << 16) * 2654435761u) >> 17; }

static void write_text(uint32_t length) {
  static const char *words[] = {"offshore ", "the ", "volunteer ", "answers ", "a ", "request ", "of ", "contract\n"};
  uint32_t state = 3, position = 0;
  while (position < length) {
    uint32_t choice = next_random(&state);
    const char *word = words[choice & 7];
    if (choice & 0x100)
      text[position++] = (uint8_t)('0' + (choice >> 9) % 10);
    else
      while (*word && position < length) text[position++] = (uint8_t)*word++;
  }
}

static uint32_t match_length(const uint8_t *a, const uint8_t *b, const uint8_t *end) {
  uint32_t length = 0;
  while (length < LONGEST && b + length < end && a[length] == b[length]) length++;
  return length;
}

// 0xxxxxxx and x + 1 literals, or 1xxxxxxx, two bytes of distance: copy x + 3.
static uint32_t compress(uint32_t length) {
  uint32_t out = 0, literals = 0;
  memset(last, 0xff, sizeof(last));
  for (uint32_t in = 0; in < length;) {
    uint32_t match = 0;
    int32_t from = -1;
    if (in + 3 <= length) {
      uint32_t hash = hash_of(text + in);
      from = last[hash];
      last[hash] = (int32_t)in;
      if (from >= 0 && in - (uint32_t)from <= WINDOW) match = match_length(text + from, text + in, text + length);
    }
    if (match < 3) {
      if (literals == 0 || literals == 128) literals = 0, packed[out++] = 0;
      packed[out - 1 - literals] = (uint8_t)literals;
      literals++;
      packed[out++] = text[in++];
      continue;
    }
    uint32_t distance = in - (uint32_t)from;
    packed[out++] = (uint8_t)(0x80 | (match - 3));
    packed[out++] = (uint8_t)distance;
    packed[out++] = (uint8_t)(distance >> 8);
    in += match;
    literals = 0;
  }
  return out;
}

static uint32_t expand(uint32_t packed_length) {
  uint32_t out = 0;
  for (uint32_t in = 0; in < packed_length;) {
    uint8_t control = packed[in++];
    if (control & 0x80) {
      uint32_t distance = packed[in] | packed[in + 1] << 8;
      in += 2;
      for (uint32_t i = (control & 0x7f) + 3; i > 0; i--, out++) back[out] = back[out - distance];
    } else {
      for (uint32_t i = control + 1u; i > 0; i--) back[out++] = packed[in++];
    }
  }
  return out;
}

KERNEL {
  uint32_t length = size < MAX ? size : MAX;
  write_text(length);
  uint32_t packed_length = compress(length);
  if (expand(packed_length) != length || memcmp(text, back, length) != 0) return 0;
  return packed_length;
}
