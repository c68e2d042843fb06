// A random integer, uniform in [min, max]. Input and output are JSON; see README.md for the exact rules.
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_BYTES_MAX 1024
#define INTEGER_MAX 9007199254740991LL // 2^53 - 1: every JSON reader holds it exactly

static char input[INPUT_BYTES_MAX + 1];
static const char *at = input;

static _Noreturn void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("get-random: ", stderr);
  vfprintf(stderr, format, values);
  fputs("\n", stderr);
  va_end(values);
  exit(1);
}

static void skip_space(void) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
}

static void expect(char character) {
  skip_space();
  if (*at != character) fail("expected '%c' at byte %d of the input", character, (int)(at - input));
  at++;
}

// Leaves out escapes: the two names that are allowed need none.
static void read_name(char *name, size_t name_bytes_max) {
  expect('"');
  size_t length = 0;
  while (*at != '"') {
    if (*at == '\0' || *at == '\\' || length + 1 == name_bytes_max) fail("expected only the fields min and max");
    name[length++] = *at++;
  }
  name[length] = '\0';
  at++;
}

static int64_t read_integer(const char *name) {
  skip_space();
  int negative = *at == '-';
  if (negative) at++;
  if (*at < '0' || *at > '9' || (*at == '0' && at[1] >= '0' && at[1] <= '9')) fail("%s is not an integer", name);
  int64_t value = 0;
  for (; *at >= '0' && *at <= '9'; at++) {
    value = value * 10 + (*at - '0');
    if (value > INTEGER_MAX) fail("%s is beyond +-(2^53 - 1)", name);
  }
  if (*at == '.' || *at == 'e' || *at == 'E') fail("%s is not an integer", name);
  return negative ? -value : value;
}

static void read_range(int64_t *min, int64_t *max) {
  int has_min = 0, has_max = 0;
  expect('{');
  for (int field = 0; field < 2; field++) {
    char name[16];
    if (field > 0) expect(',');
    read_name(name, sizeof name);
    expect(':');
    if (strcmp(name, "min") == 0 && !has_min) *min = read_integer("min"), has_min = 1;
    else if (strcmp(name, "max") == 0 && !has_max) *max = read_integer("max"), has_max = 1;
    else fail("expected only the fields min and max");
  }
  expect('}');
  skip_space();
  if (*at != '\0') fail("something follows the JSON object");
  if (*min > *max) fail("min is greater than max");
}

static uint64_t random_u64(void) {
  uint64_t value; // WebAssembly is little-endian
  if (getentropy(&value, sizeof value) != 0) fail("no randomness");
  return value;
}

// Rejection sampling: the plain remainder would favour small numbers.
static uint64_t random_below(uint64_t count) {
  uint64_t rejected = (0 - count) % count; // 2^64 mod count
  uint64_t value;
  do value = random_u64();
  while (value < rejected);
  return value % count;
}

int main(void) {
  size_t length = fread(input, 1, sizeof input, stdin);
  if (length > INPUT_BYTES_MAX) fail("the input is longer than %d bytes", INPUT_BYTES_MAX);
  input[length] = '\0';
  int64_t min = 0, max = 0;
  read_range(&min, &max);
  int64_t number = min + (int64_t)random_below((uint64_t)(max - min) + 1);
  printf("{\"random_number\":%lld}", (long long)number);
  return 0;
}
