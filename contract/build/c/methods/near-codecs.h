/* Text forms of bytes as members of `env`. In JavaScript they cost thousands of WebAssembly instructions a character
   (100 Tgas for the largest output); here some tens. Decoders take exactly one text for each value and answer null to
   every other, so that no key has two names. */

static const char BASE58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char HEX[] = "0123456789abcdef";

/* digits and bytes of the longest value in base58: a signature */
#define BASE58_BYTES_MAX 64
#define BASE58_DIGITS_MAX 88

static int digit_value(const char *alphabet, char digit)
{
  const char *found = digit == 0 ? NULL : strchr(alphabet, digit);
  return found == NULL ? -1 : (int)(found - alphabet);
}

/* A Uint8Array that takes over `bytes` (from malloc). */
static JSValue new_bytes(JSContext *ctx, uint8_t *bytes, size_t length)
{
  JSValue buffer = JS_NewArrayBuffer(ctx, bytes, length, NULL, NULL, FALSE);
  JSValue global = JS_GetGlobalObject(ctx), constructor = JS_GetPropertyStr(ctx, global, "Uint8Array");
  return JS_CallConstructor(ctx, constructor, 1, (JSValueConst *)&buffer);
}

/* Bytes of the UTF-8 character that `text` starts with (RFC 3629, section 4), 0 for what is none. */
static size_t utf8_length(const uint8_t *text, size_t left)
{
  uint8_t first = text[0];
  size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

  if (length == 0 || length > left)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80)
      return 0;
  /* longer forms than needed, halves of surrogate pairs, and what is above U+10FFFF */
  if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f) || (first == 0xf0 && text[1] < 0x90) ||
      (first == 0xf4 && text[1] > 0x8f))
    return 0;
  return length;
}

/* env.is_utf8(text: Uint8Array) -> boolean */
static JSValue codec_is_utf8(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length, position = 0, step = 1;
  uint8_t *text = JS_Uint8Array_to_C(ctx, argv[0], &length);

  if (text == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array");
  for (; position < length && step > 0; position += step)
    step = utf8_length(text + position, length - position);
  return JS_NewBool(ctx, step > 0);
}

/* env.hex_encode(bytes: Uint8Array) -> string */
static JSValue codec_hex_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length;
  uint8_t *bytes = JS_Uint8Array_to_C(ctx, argv[0], &length);
  char *text;

  if (bytes == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array");
  text = malloc(2 * length + 1);
  for (size_t i = 0; i < length; i++) {
    text[2 * i] = HEX[bytes[i] >> 4];
    text[2 * i + 1] = HEX[bytes[i] & 15];
  }
  return JS_NewStringLen(ctx, text, 2 * length);
}

/* env.hex_decode(text: string) -> Uint8Array | null */
static JSValue codec_hex_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  uint8_t *bytes;

  if (text == NULL || length % 2 != 0)
    return JS_NULL;
  bytes = malloc(length / 2 + 1);
  for (size_t i = 0; i < length; i += 2) {
    int high = digit_value(HEX, text[i]), low = digit_value(HEX, text[i + 1]);
    if (high < 0 || low < 0)
      return JS_NULL;
    bytes[i / 2] = (uint8_t)(high << 4 | low);
  }
  return new_bytes(ctx, bytes, length / 2);
}

/* env.base64_decode(text: string) -> Uint8Array | null: the standard alphabet with padding (RFC 4648, section 4) */
static JSValue codec_base64_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length, padding;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  int8_t values[256];
  uint8_t *bytes;
  uint32_t group = 0;

  if (text == NULL || length % 4 != 0)
    return JS_NULL;
  memset(values, -1, sizeof(values));
  for (int i = 0; i < 64; i++)
    values[(uint8_t)BASE64[i]] = (int8_t)i;
  padding = length == 0 || text[length - 1] != '=' ? 0 : text[length - 2] != '=' ? 1 : 2;
  bytes = malloc(length / 4 * 3 + 1);
  for (size_t i = 0; i < length; i++) {
    int value = i < length - padding ? values[(uint8_t)text[i]] : 0;
    if (value < 0)
      return JS_NULL;
    group = group << 6 | (uint32_t)value;
    if (i % 4 == 3) {
      bytes[i / 4 * 3] = (uint8_t)(group >> 16);
      bytes[i / 4 * 3 + 1] = (uint8_t)(group >> 8);
      bytes[i / 4 * 3 + 2] = (uint8_t)group;
    }
  }
  /* bits that no byte uses must be zero */
  if ((group & ((1u << (8 * padding)) - 1)) != 0)
    return JS_NULL;
  return new_bytes(ctx, bytes, length / 4 * 3 - padding);
}

/* env.base58_encode(bytes: Uint8Array) -> string; at most 64 bytes */
static JSValue codec_base58_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t length, zeros = 0, count = 0;
  uint8_t *bytes = JS_Uint8Array_to_C(ctx, argv[0], &length);
  uint8_t digits[BASE58_DIGITS_MAX + 1];
  char text[BASE58_DIGITS_MAX + 1];

  if (bytes == NULL || length > BASE58_BYTES_MAX)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array of at most 64 bytes");
  while (zeros < length && bytes[zeros] == 0)
    zeros++;
  for (size_t i = zeros; i < length; i++) {
    uint32_t carry = bytes[i];
    for (size_t j = 0; j < count || carry > 0; j++) {
      carry += (j < count ? (uint32_t)digits[j] : 0) << 8;
      digits[j] = (uint8_t)(carry % 58);
      carry /= 58;
      if (j == count)
        count++;
    }
  }
  memset(text, BASE58[0], zeros);
  for (size_t i = 0; i < count; i++)
    text[zeros + i] = BASE58[digits[count - 1 - i]];
  return JS_NewStringLen(ctx, text, zeros + count);
}

/* env.base58_decode(text: string, length: number) -> Uint8Array | null: exactly `length` bytes, at most 64 */
static JSValue codec_base58_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t text_length, zeros = 0, count = 0;
  uint64_t length;
  const char *text = JS_ToCStringLen(ctx, &text_length, argv[0]);
  uint8_t little_endian[BASE58_BYTES_MAX + 1], *bytes;

  if (text == NULL || JS_ToUint64Ext(ctx, &length, argv[1]) < 0 || length > BASE58_BYTES_MAX)
    return JS_ThrowTypeError(ctx, "Expect string and a length of at most 64");
  if (text_length > BASE58_DIGITS_MAX)
    return JS_NULL;
  while (zeros < text_length && text[zeros] == BASE58[0])
    zeros++;
  for (size_t i = zeros; i < text_length; i++) {
    int carry = digit_value(BASE58, text[i]);
    if (carry < 0)
      return JS_NULL;
    for (size_t j = 0; j < count || carry > 0; j++) {
      if (j == length)
        return JS_NULL;
      carry += j < count ? little_endian[j] * 58 : 0;
      little_endian[j] = (uint8_t)carry;
      carry >>= 8;
      if (j == count)
        count++;
    }
  }
  if (zeros + count != length)
    return JS_NULL;
  bytes = calloc(length + 1, 1);
  for (size_t i = 0; i < count; i++)
    bytes[zeros + i] = little_endian[count - 1 - i];
  return new_bytes(ctx, bytes, length);
}
