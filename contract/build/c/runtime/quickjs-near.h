/* What near-sdk-js's builder.c expects of QuickJS beyond stock 2021-03-27. */
#ifndef QUICKJS_NEAR_H
#define QUICKJS_NEAR_H
#include "libbf.h"
#include "quickjs.h"

/* u64 from a Number or a BigInt (a BigInt is taken modulo 2^64). Returns -1 with an exception set. */
int JS_ToUint64Ext(JSContext *ctx, uint64_t *result, JSValueConst value);
/* Latin-1 bytes of a string, one for each character; the caller owns the buffer. NULL with an exception set. */
const char *JS_ToCStringLenRaw(JSContext *ctx, size_t *length, JSValueConst value);
/* A string with one character for each byte. */
JSValue JS_NewStringLenRaw(JSContext *ctx, const char *bytes, size_t length);
/* A new BigInt, and the number inside a BigInt: QuickJS keeps these to itself. */
JSValue near_new_bigint(JSContext *ctx);
bf_t *near_get_bigint(JSValueConst value);
/* The object that holds a module's exports. */
JSValue near_module_namespace(JSContext *ctx, JSValueConst module);

#ifndef QUICKJS_NEAR_IMPLEMENTATION
#define JS_NewBigInt near_new_bigint
#define JS_GetBigInt near_get_bigint
#endif
#endif
