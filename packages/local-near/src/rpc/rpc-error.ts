// Errors as a node answers them: {name, cause: {name, info}, code, message, data}.

export type RpcErrorBody = {
  name: string;
  cause: { name: string; info: unknown };
  code: number;
  message: string;
  data: unknown;
};

export class RpcError extends Error {
  override name = "RpcError";
  readonly body: RpcErrorBody;
  /** HTTP status that a node uses for this error. */
  readonly status: 200 | 400 | 408 | 500;

  constructor(body: RpcErrorBody, status: 200 | 400 | 408 | 500) {
    super(`${body.cause.name}: ${JSON.stringify(body.data)}`);
    this.body = body;
    this.status = status;
  }
}

/** The request was understood and could not be answered. */
export function handlerError(cause: string, info: unknown, data: unknown): RpcError {
  const status = cause === "TIMEOUT_ERROR" ? 408 : 200;
  const body = {
    name: "HANDLER_ERROR",
    cause: { name: cause, info },
    code: -32000,
    message: "Server error",
    data,
  };
  return new RpcError(body, status);
}

/** The request is not one. */
export function parseError(error_message: string): RpcError {
  return new RpcError(
    {
      name: "REQUEST_VALIDATION_ERROR",
      cause: { name: "PARSE_ERROR", info: { error_message } },
      code: -32700,
      message: "Parse error",
      data: error_message,
    },
    400,
  );
}

export function methodNotFound(method_name: string): RpcError {
  return new RpcError(
    {
      name: "REQUEST_VALIDATION_ERROR",
      cause: { name: "METHOD_NOT_FOUND", info: { method_name } },
      code: -32601,
      message: "Method not found",
      data: method_name,
    },
    400,
  );
}

export function internalError(error_message: string): RpcError {
  return new RpcError(
    {
      name: "INTERNAL_ERROR",
      cause: { name: "INTERNAL_ERROR", info: { error_message } },
      code: -32000,
      message: "Server error",
      data: error_message,
    },
    500,
  );
}

export function invalidTransaction(kind: unknown): RpcError {
  return handlerError("INVALID_TRANSACTION", {}, { TxExecutionError: { InvalidTxError: kind } });
}

export function timeout(): RpcError {
  return handlerError("TIMEOUT_ERROR", {}, "Timeout");
}
