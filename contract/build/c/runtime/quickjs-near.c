/* QuickJS, unchanged, and a few functions that need its static ones. */
#define QUICKJS_NEAR_IMPLEMENTATION
#include "quickjs.c"
#include "quickjs-near.h"

int JS_ToUint64Ext(JSContext *ctx, uint64_t *result, JSValueConst value)
{
    return JS_ToInt64Ext(ctx, (int64_t *)result, value);
}

const char *JS_ToCStringLenRaw(JSContext *ctx, size_t *length, JSValueConst value)
{
    JSValue text = JS_ToString(ctx, value);
    JSString *string;
    char *bytes;

    *length = 0;
    if (JS_IsException(text))
        return NULL;
    string = JS_VALUE_GET_STRING(text);
    bytes = js_malloc(ctx, (size_t)string->len + 1);
    if (bytes != NULL) {
        for (uint32_t i = 0; i < string->len; i++)
            bytes[i] = string->is_wide_char ? (char)string->u.str16[i] : (char)string->u.str8[i];
        bytes[string->len] = 0;
        *length = string->len;
    }
    JS_FreeValue(ctx, text);
    return bytes;
}

JSValue JS_NewStringLenRaw(JSContext *ctx, const char *bytes, size_t length)
{
    return js_new_string8(ctx, (const uint8_t *)bytes, (int)length);
}

JSValue near_new_bigint(JSContext *ctx) { return JS_NewBigInt(ctx); }

bf_t *near_get_bigint(JSValueConst value) { return JS_GetBigInt(value); }

JSValue near_module_namespace(JSContext *ctx, JSValueConst module)
{
    return js_get_module_ns(ctx, JS_VALUE_GET_PTR(module));
}
