// A chained hash table with string keys: `size` insertions, look-ups and removals, each entry from malloc.
#include "kernel.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384
typedef struct Entry {
  struct Entry *next;
  uint32_t hash, value;
  char key[16];
} Entry;
static Entry *buckets[BUCKETS];

static uint32_t hash_of(const char *key) {
  uint32_t hash = 2166136261u;
  for (; *key; key++) hash = (hash ^ (uint8_t)*key) * 16777619u;
  return hash;
}

static Entry **find(const char *key, uint32_t hash) {
  Entry **place = &buckets[hash % BUCKETS];
  while (*place && ((*place)->hash != hash || strcmp((*place)->key, key) != 0)) place = &(*place)->next;
  return place;
}

static void key_of(uint32_t number, char *key) {
  *key++ = 'k';
  do *key++ = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  *key = 0;
}

KERNEL {
  uint32_t state = 5, sum = 0;
  char key[16];
  for (uint32_t i = 0; i < size; i++) {
    uint32_t choice = next_random(&state);
    key_of(choice % 30000, key);
    uint32_t hash = hash_of(key);
    Entry **place = find(key, hash);
    Entry *entry = *place;
    if (!entry) {
      *place = entry = malloc(sizeof(Entry));
      *entry = (Entry){.hash = hash, .value = i};
      memcpy(entry->key, key, sizeof(key));
    } else if (choice >> 22) {
      sum += entry->value++;
    } else {
      *place = entry->next;
      free(entry);
    }
  }
  for (int i = 0; i < BUCKETS; i++) {
    for (Entry *entry = buckets[i], *next; entry; entry = next) {
      next = entry->next;
      sum = sum * 31 + entry->value;
      free(entry);
    }
    buckets[i] = 0;
  }
  return sum;
}
