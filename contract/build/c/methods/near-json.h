/* JSON text as members of `env`: QuickJS's own parser and writer take up to hundreds of Tgas for what 32 KiB can hold
   (numbers, control characters), and recurse as deep as they are told to. Here a byte costs some tens of instructions. */

/* env.json_depth(text: Uint8Array) -> number: how deep brackets outside strings nest, be it JSON or not */
static JSValue json_depth(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length;
  uint8_t *text = JS_Uint8Array_to_C(ctx, argv[0], &length);
  int depth = 0, deepest = 0, in_string = 0;

  if (text == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array");
  for (size_t i = 0; i < length; i++) {
    if (in_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && (text[i] == '[' || text[i] == '{'))
      deepest = ++depth > deepest ? depth : deepest;
    else if (!in_string && (text[i] == ']' || text[i] == '}'))
      depth--;
  }
  return JS_NewInt32(ctx, deepest);
}

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static int is_hex_digit(uint8_t c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* Each of these returns where what starts at `at` ends, or 0 where it is not that (RFC 8259). A byte after the text's
   last one is never looked at. */

static size_t json_string_end(const uint8_t *text, size_t at, size_t length)
{
  for (at++; at < length && text[at] != '"';) {
    if (text[at] == '\\') {
      if (at + 1 < length && text[at + 1] == 'u') {
        for (size_t i = 2; i < 6; i++)
          if (at + i >= length || !is_hex_digit(text[at + i]))
            return 0;
        at += 6;
      } else if (at + 1 < length && text[at + 1] != 0 && strchr("\"\\/bfnrt", text[at + 1]) != NULL)
        at += 2;
      else
        return 0;
    } else {
      size_t step = text[at] < 0x20 ? 0 : utf8_length(text + at, length - at);
      if (step == 0)
        return 0;
      at += step;
    }
  }
  return at < length ? at + 1 : 0;
}

static size_t json_digits_end(const uint8_t *text, size_t at, size_t length)
{
  size_t start = at;

  while (at < length && is_digit(text[at]))
    at++;
  return at > start ? at : 0;
}

static size_t json_number_end(const uint8_t *text, size_t at, size_t length)
{
  if (text[at] == '-')
    at++;
  /* no zeros in front */
  at = at < length && text[at] == '0' ? at + 1 : json_digits_end(text, at, length);
  if (at > 0 && at < length && text[at] == '.')
    at = json_digits_end(text, at + 1, length);
  if (at > 0 && at < length && (text[at] == 'e' || text[at] == 'E')) {
    at++;
    if (at < length && (text[at] == '+' || text[at] == '-'))
      at++;
    at = json_digits_end(text, at, length);
  }
  return at;
}

static size_t json_scalar_end(const uint8_t *text, size_t at, size_t length)
{
  static const char *const WORDS[] = { "true", "false", "null" };

  if (text[at] == '"')
    return json_string_end(text, at, length);
  for (int i = 0; i < 3; i++) {
    size_t word = strlen(WORDS[i]);
    if (length - at >= word && memcmp(text + at, WORDS[i], word) == 0)
      return at + word;
  }
  return json_number_end(text, at, length);
}

static size_t json_space_end(const uint8_t *text, size_t at, size_t length)
{
  while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
    at++;
  return at;
}

enum json_expects { JSON_VALUE, JSON_ITEM_OR_END, JSON_KEY, JSON_KEY_OR_END, JSON_COMMA_OR_END };

static int is_json(const uint8_t *text, size_t length, int depth_max)
{
  uint64_t objects = 0; /* one bit for each open bracket, the innermost lowest */
  int depth = 0;
  enum json_expects expects = JSON_VALUE;
  size_t at;

  for (at = json_space_end(text, 0, length); at < length; at = json_space_end(text, at, length)) {
    uint8_t c = text[at], end = (objects & 1) ? '}' : ']';

    if (expects != JSON_VALUE && expects != JSON_KEY && depth > 0 && c == end) {
      objects >>= 1;
      depth--;
      at++;
      expects = JSON_COMMA_OR_END;
    } else if (expects == JSON_COMMA_OR_END) {
      if (depth == 0 || c != ',')
        return 0;
      at++;
      expects = (objects & 1) ? JSON_KEY : JSON_VALUE;
    } else if (expects == JSON_KEY || expects == JSON_KEY_OR_END) {
      at = c == '"' ? json_string_end(text, at, length) : 0;
      if (at == 0)
        return 0;
      at = json_space_end(text, at, length);
      if (at >= length || text[at++] != ':')
        return 0;
      expects = JSON_VALUE;
    } else if (c == '{' || c == '[') {
      if (++depth > depth_max)
        return 0;
      objects = objects << 1 | (c == '{');
      at++;
      expects = c == '{' ? JSON_KEY_OR_END : JSON_ITEM_OR_END;
    } else {
      at = json_scalar_end(text, at, length);
      if (at == 0)
        return 0;
      expects = JSON_COMMA_OR_END;
    }
  }
  return depth == 0 && expects == JSON_COMMA_OR_END;
}

/* env.is_json(text: Uint8Array, depth_max: number) -> boolean: one JSON value in UTF-8 and nothing else; at most 64 deep */
static JSValue json_check(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length;
  int32_t depth_max;
  uint8_t *text = JS_Uint8Array_to_C(ctx, argv[0], &length);

  if (text == NULL || JS_ToInt32(ctx, &depth_max, argv[1]) != 0 || depth_max > 64)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array and at most 64");
  return JS_NewBool(ctx, is_json(text, length, depth_max));
}

/* Bytes that one U+FFFD stands for, where `text` does not start with a UTF-8 character: as many as could begin one
   (https://encoding.spec.whatwg.org/#utf-8-decoder) */
static size_t utf8_replaced_length(const uint8_t *text, size_t left)
{
  uint8_t first = text[0], low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  size_t wanted = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4, length = 1;

  if (wanted > 1 && left > 1 && text[1] >= low && text[1] <= high)
    for (length = 2; length < wanted && length < left && (text[length] & 0xc0) == 0x80;)
      length++;
  return length;
}

/* env.json_quote(text: Uint8Array) -> Uint8Array: a JSON string, as JSON.stringify writes what TextDecoder reads */
static JSValue json_quote(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  static const char SHORT[] = "\bb\tt\nn\ff\rr\"\"\\\\";
  size_t length, at = 0;
  uint8_t *text = JS_Uint8Array_to_C(ctx, argv[0], &length), *quoted;

  if (text == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array");
  quoted = malloc(6 * length + 2);
  quoted[at++] = '"';
  for (size_t i = 0, step = 1; i < length; i += step) {
    uint8_t c = text[i];
    const char *name = c >= 0x20 && c != '"' && c != '\\' ? NULL : SHORT;

    while (name != NULL && *name != 0 && (uint8_t)*name != c)
      name += 2;
    step = c < 0x80 ? 1 : utf8_length(text + i, length - i);
    if (step == 0) {
      memcpy(quoted + at, "\xef\xbf\xbd", 3);
      at += 3;
      step = utf8_replaced_length(text + i, length - i);
    } else if (name == NULL) {
      memcpy(quoted + at, text + i, step);
      at += step;
    } else if (*name != 0) {
      quoted[at++] = '\\';
      quoted[at++] = (uint8_t)name[1];
    } else {
      memcpy(quoted + at, "\\u00", 4);
      quoted[at + 4] = (uint8_t)HEX[c >> 4];
      quoted[at + 5] = (uint8_t)HEX[c & 15];
      at += 6;
    }
  }
  quoted[at++] = '"';
  return new_bytes(ctx, quoted, at);
}
