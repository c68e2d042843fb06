/* Compiles a JavaScript module to bytecode. It is linked with the very objects that contracts are linked with, so that
   the writer and the reader of bytecode always agree on QuickJS's table of atoms. */
#include <stdlib.h>
#include <string.h>
#include "quickjs.h"

static uint8_t *result;
static size_t result_length;

__attribute__((export_name("allocate"))) void *allocate(size_t length) { return malloc(length); }
__attribute__((export_name("result_pointer"))) uint8_t *result_pointer(void) { return result; }
__attribute__((export_name("result_length"))) size_t get_result_length(void) { return result_length; }

/* Leaves bytecode, or on failure (0) the exception's text, in the result. `source` must end with a zero byte. */
__attribute__((export_name("compile"))) int compile(const char *source, size_t length)
{
    JSContext *ctx = JS_NewContext(JS_NewRuntime());
    /* The name goes into the bytecode: a constant, so that the same source gives the same bytes in any folder. */
    JSValue module = JS_Eval(ctx, source, length, "contract.js", JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(module)) {
        result = (uint8_t *)JS_ToCStringLen(ctx, &result_length, JS_GetException(ctx));
        return 0;
    }
    result = JS_WriteObject(ctx, &result_length, module, JS_WRITE_OBJ_BYTECODE);
    return result != NULL;
}
