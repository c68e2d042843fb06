/* Host functions that near-sdk-js 2.0.0 lacks, as members of the global `env` like the sdk's own, and how a method
   starts. Included by the generated methods.h, that is, at the end of the sdk's builder.c. */
extern uint64_t promise_yield_create(uint64_t method_len, uint64_t method_ptr, uint64_t arguments_len,
                                     uint64_t arguments_ptr, uint64_t gas, uint64_t gas_weight, uint64_t register_id);
extern uint32_t promise_yield_resume(uint64_t data_id_len, uint64_t data_id_ptr, uint64_t payload_len,
                                     uint64_t payload_ptr);
extern uint64_t ed25519_verify(uint64_t signature_len, uint64_t signature_ptr, uint64_t message_len,
                               uint64_t message_ptr, uint64_t public_key_len, uint64_t public_key_ptr);

/* env.promise_yield_create(method: string, args: Uint8Array, gas, gas_weight, register) -> bigint promise index */
static JSValue near_promise_yield_create(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t method_len, arguments_len;
  uint64_t gas, gas_weight, register_id;
  const char *method = JS_ToCStringLen(ctx, &method_len, argv[0]);
  uint8_t *arguments = JS_Uint8Array_to_C(ctx, argv[1], &arguments_len);

  if (method == NULL || arguments == NULL)
    return JS_ThrowTypeError(ctx, "Expect string for method and Uint8Array for arguments");
  if (JS_ToUint64Ext(ctx, &gas, argv[2]) < 0 || JS_ToUint64Ext(ctx, &gas_weight, argv[3]) < 0 ||
      JS_ToUint64Ext(ctx, &register_id, argv[4]) < 0)
    return JS_ThrowTypeError(ctx, "Expect Uint64 for gas, gas_weight and register_id");
  return JS_NewBigUint64(ctx, promise_yield_create(method_len, (uint64_t)method, arguments_len, (uint64_t)arguments,
                                                   gas, gas_weight, register_id));
}

/* env.promise_yield_resume(data_id: Uint8Array, payload: Uint8Array) -> 1 when there was a yield to resume, else 0 */
static JSValue near_promise_yield_resume(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t data_id_len, payload_len;
  uint8_t *data_id = JS_Uint8Array_to_C(ctx, argv[0], &data_id_len);
  uint8_t *payload = JS_Uint8Array_to_C(ctx, argv[1], &payload_len);

  if (data_id == NULL || payload == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array for data_id and payload");
  return JS_NewInt32(ctx, promise_yield_resume(data_id_len, (uint64_t)data_id, payload_len, (uint64_t)payload));
}

/* env.ed25519_verify(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array) -> 1 when valid, else 0 */
static JSValue near_ed25519_verify(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
  size_t signature_len, message_len, public_key_len;
  uint8_t *signature = JS_Uint8Array_to_C(ctx, argv[0], &signature_len);
  uint8_t *message = JS_Uint8Array_to_C(ctx, argv[1], &message_len);
  uint8_t *public_key = JS_Uint8Array_to_C(ctx, argv[2], &public_key_len);

  if (signature == NULL || message == NULL || public_key == NULL)
    return JS_ThrowTypeError(ctx, "Expect Uint8Array for signature, message and public_key");
  return JS_NewInt32(ctx, (int32_t)ed25519_verify(signature_len, (uint64_t)signature, message_len, (uint64_t)message,
                                                  public_key_len, (uint64_t)public_key));
}

#include "near-codecs.h"
#include "near-json.h"

static const struct {
  const char *name;
  JSCFunction *function;
  int arguments;
} MORE_FUNCTIONS[] = {
  { "promise_yield_create", near_promise_yield_create, 5 },
  { "promise_yield_resume", near_promise_yield_resume, 2 },
  { "ed25519_verify", near_ed25519_verify, 3 },
  { "is_utf8", codec_is_utf8, 1 },
  { "json_depth", json_depth, 1 },
  { "is_json", json_check, 2 },
  { "json_quote", json_quote, 1 },
  { "hex_encode", codec_hex_encode, 1 },
  { "hex_decode", codec_hex_decode, 1 },
  { "base64_decode", codec_base64_decode, 1 },
  { "base58_encode", codec_base58_encode, 1 },
  { "base58_decode", codec_base58_decode, 2 },
};

static void add_more_host_functions(JSContext *ctx)
{
  JSValue global = JS_GetGlobalObject(ctx), env = JS_GetPropertyStr(ctx, global, "env");

  for (size_t i = 0; i < sizeof(MORE_FUNCTIONS) / sizeof(MORE_FUNCTIONS[0]); i++) {
    const char *name = MORE_FUNCTIONS[i].name;
    JS_SetPropertyStr(ctx, env, name, JS_NewCFunction(ctx, MORE_FUNCTIONS[i].function, name, MORE_FUNCTIONS[i].arguments));
  }
}

static JSContext *context;
static JSValue contract;

/* What contracts have of JavaScript: all but eval and Function (QuickJS's parser stays out of the contract), Date (a
   contract's time is the block's), Proxy, Promise and String.normalize. */
static JSContext *new_context(void)
{
  JSContext *ctx = JS_NewContextRaw(JS_NewRuntime());

  JS_AddIntrinsicBaseObjects(ctx);
  JS_AddIntrinsicRegExp(ctx);
  JS_AddIntrinsicJSON(ctx);
  JS_AddIntrinsicMapSet(ctx);
  JS_AddIntrinsicTypedArrays(ctx);
  JS_AddIntrinsicBigInt(ctx);
  return ctx;
}

/* Run once, when the contract is built: the build keeps the memory that it leaves (see snapshot.ts), so that no call
   pays for starting QuickJS and loading the bytecode. */
__attribute__((export_name("prepare"))) void prepare(void)
{
  context = new_context();
  js_add_near_host_functions(context);
  add_more_host_functions(context);
  contract = js_load_module_binary(context, code, code_size);
  memset(code, 0, code_size);
}

static void call_method(const char *name)
{
  JSValue error, result;
  size_t message_len, stack_len;
  const char *message, *stack;
  char *text;

  JS_UpdateStackTop(JS_GetRuntime(context));
  result = JS_Call(context, JS_GetPropertyStr(context, contract, name), contract, 0, NULL);
  if (JS_IsException(result)) {
    error = JS_GetException(context);
    message = JS_ToCStringLen(context, &message_len, error);
    stack = JS_ToCStringLen(context, &stack_len, JS_GetPropertyStr(context, error, "stack"));
    text = malloc(message_len + 1 + stack_len);
    memcpy(text, message, message_len);
    text[message_len] = '\n';
    memcpy(text + message_len + 1, stack, stack_len);
    panic_utf8(message_len + 1 + stack_len, (uint64_t)text);
  }
}

/* The sdk's own starts QuickJS at every call. */
#undef DEFINE_NEAR_METHOD
#define DEFINE_NEAR_METHOD(name)                                                                                     \
  __attribute__((export_name(#name))) void name(void) { call_method(#name); }
