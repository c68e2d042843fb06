#include <string.h>
#include "quickjs-libc-min.h"

extern void panic_utf8(uint64_t length, uint64_t pointer);

static void panic_with_exception(JSContext *ctx)
{
    size_t length;
    const char *text = JS_ToCStringLen(ctx, &length, JS_GetException(ctx));
    panic_utf8(length, (uintptr_t)text);
}

JSValue js_load_module_binary(JSContext *ctx, const uint8_t *bytecode, size_t length)
{
    JSValue module = JS_ReadObject(ctx, bytecode, length, JS_READ_OBJ_BYTECODE);
    if (JS_IsException(module) || JS_VALUE_GET_TAG(module) != JS_TAG_MODULE || JS_ResolveModule(ctx, module) < 0)
        panic_with_exception(ctx);
    /* JS_EvalFunction takes over one reference */
    if (JS_IsException(JS_EvalFunction(ctx, JS_DupValue(ctx, module))))
        panic_with_exception(ctx);
    return near_module_namespace(ctx, module);
}
