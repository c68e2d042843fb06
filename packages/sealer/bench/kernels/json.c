// Writes `size` records as JSON, parses them into a tree (recursive descent, malloc, strtod) and prints the tree again (snprintf).
#include "kernel.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 4000000
static char text[MAX], printed[MAX];

enum Kind { NUMBER, STRING, TRUE, LIST, OBJECT };
typedef struct Node {
  enum Kind kind;
  double number;
  char *string, *key;
  struct Node *child, *next;
} Node;

static const char *cursor;
static char *out;

static char *parse_string(void) {
  const char *start = ++cursor;
  while (*cursor != '"') cursor += *cursor == '\\' ? 2 : 1;
  char *copy = malloc((size_t)(cursor - start) + 1), *end = copy;
  for (const char *c = start; c < cursor; c++) *end++ = *c == '\\' ? *++c : *c;
  *end = 0;
  cursor++;
  return copy;
}

static Node *parse(void) {
  Node *node = calloc(1, sizeof(Node));
  if (*cursor == '"') {
    node->kind = STRING;
    node->string = parse_string();
  } else if (*cursor == 't') {
    node->kind = TRUE;
    cursor += 4;
  } else if (*cursor == '[' || *cursor == '{') {
    node->kind = *cursor++ == '[' ? LIST : OBJECT;
    Node **tail = &node->child;
    while (*cursor != ']' && *cursor != '}') {
      char *key = NULL;
      if (node->kind == OBJECT) key = parse_string(), cursor++;
      *tail = parse();
      (*tail)->key = key;
      tail = &(*tail)->next;
      if (*cursor == ',') cursor++;
    }
    cursor++;
  } else {
    char *end;
    node->number = strtod(cursor, &end);
    cursor = end;
  }
  return node;
}

static void print_string(const char *string) {
  *out++ = '"';
  for (; *string; string++) {
    if (*string == '"' || *string == '\\') *out++ = '\\';
    *out++ = *string;
  }
  *out++ = '"';
}

static void print(const Node *node) {
  if (node->kind == NUMBER) {
    out += snprintf(out, 32, "%.6g", node->number);
  } else if (node->kind == STRING) {
    print_string(node->string);
  } else if (node->kind == TRUE) {
    memcpy(out, "true", 4);
    out += 4;
  } else {
    *out++ = node->kind == LIST ? '[' : '{';
    for (const Node *child = node->child; child; child = child->next) {
      if (child != node->child) *out++ = ',';
      if (child->key) print_string(child->key), *out++ = ':';
      print(child);
    }
    *out++ = node->kind == LIST ? ']' : '}';
  }
}

static void release(Node *node) {
  for (Node *child = node->child, *next; child; child = next) {
    next = child->next;
    release(child);
  }
  free(node->string);
  free(node->key);
  free(node);
}

KERNEL {
  uint32_t state = 9, sum = 0;
  char *end = text;
  *end++ = '[';
  for (uint32_t i = 0; i < size && end - text < MAX - 256; i++) {
    double score = next_random(&state) / 1024.0;
    end += snprintf(end, 256, "%s{\"id\":%u,\"name\":\"volunteer \\\"%u\\\"\",\"score\":%.3f,\"tags\":[\"a\",\"bc\",true,%u]}",
                    i ? "," : "", i, next_random(&state) & 0xffff, score, i % 17);
  }
  *end++ = ']';
  *end = 0;
  cursor = text;
  out = printed;
  Node *root = parse();
  print(root);
  release(root);
  for (const char *c = printed; c < out; c++) sum = sum * 31 + (uint8_t)*c;
  return sum;
}
