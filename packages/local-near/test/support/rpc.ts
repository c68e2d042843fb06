// JSON-RPC without a client library: requests and answers as they are on the wire.

export type Answer = {
  status: number;
  body: { result?: unknown; error?: { name: string; cause: unknown; data: unknown } };
};

export async function rpc(url: string, method: string, params: unknown): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** The result of a request; throws with the answer when it failed. */
export async function result<T>(url: string, method: string, params: unknown): Promise<T> {
  const { body } = await rpc(url, method, params);
  if (body.error) throw new Error(JSON.stringify(body.error));
  return body.result as T;
}
