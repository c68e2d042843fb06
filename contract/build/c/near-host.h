/* Host functions that near-sdk-js 2.0.0 lacks, as members of the global `env` like the sdk's own. Included by the
   generated methods.h, that is, at the end of the sdk's builder.c. */
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

static void add_more_host_functions(JSContext *ctx)
{
  JSValue global = JS_GetGlobalObject(ctx), env = JS_GetPropertyStr(ctx, global, "env");

  JS_SetPropertyStr(ctx, env, "promise_yield_create",
                    JS_NewCFunction(ctx, near_promise_yield_create, "promise_yield_create", 5));
  JS_SetPropertyStr(ctx, env, "promise_yield_resume",
                    JS_NewCFunction(ctx, near_promise_yield_resume, "promise_yield_resume", 2));
  JS_SetPropertyStr(ctx, env, "ed25519_verify", JS_NewCFunction(ctx, near_ed25519_verify, "ed25519_verify", 3));
  JS_FreeValue(ctx, env);
  JS_FreeValue(ctx, global);
}

/* DEFINE_NEAR_METHOD calls js_add_near_host_functions: from here on, that adds ours too. */
#define js_add_near_host_functions(ctx)                                                                              \
  do {                                                                                                               \
    (js_add_near_host_functions)(ctx);                                                                               \
    add_more_host_functions(ctx);                                                                                    \
  } while (0)
