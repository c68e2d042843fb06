import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What to do with a call: pass it on, pass it on and lose the reply, or drop it. */
export type Verdict = "forward" | "lose_reply" | "drop";

export interface RpcProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Stands between the coordinator and the chain's RPC, for faults: `decide` sees each call before the chain does. */
export async function startRpcProxy(
  chain_rpc_url: string,
  decide: (method: string, body: string) => Verdict | Promise<Verdict>,
): Promise<RpcProxy> {
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      const verdict = await decide(JSON.parse(body).method as string, body);
      if (verdict === "drop") return void response.destroy();
      const reply = await fetch(chain_rpc_url, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      const text = await reply.text();
      if (verdict === "lose_reply") return void response.destroy();
      response.writeHead(reply.status, { "content-type": "application/json" }).end(text);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether a `send_tx` or `broadcast_tx_*` call carries a transaction that calls `method_name`. */
export function sendsCall(rpc_method: string, body: string, method_name: string): boolean {
  if (rpc_method !== "send_tx" && !rpc_method.startsWith("broadcast_tx")) return false;
  const { params } = JSON.parse(body) as { params: { signed_tx_base64?: string } | string[] };
  const base64 = Array.isArray(params) ? params[0] : params.signed_tx_base64;
  return Buffer.from(base64 ?? "", "base64").includes(method_name);
}
