/* The header that near-sdk-js's builder.c includes in place of QuickJS's own libc. */
#ifndef QUICKJS_LIBC_MIN_H
#define QUICKJS_LIBC_MIN_H
#include <stdint.h>
#include <stdlib.h>
#include "cutils.h"
#include "quickjs-near.h"

/* Loads and evaluates a bytecode module and returns its exports; panics with the exception when it throws. */
JSValue js_load_module_binary(JSContext *ctx, const uint8_t *bytecode, size_t length);
#endif
