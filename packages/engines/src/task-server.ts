/** Serves the page, the bundles and the inputs to one browser, and takes the results. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BUNDLE_ENTRY, type Bundle, bundle, type ServedFile } from "./bundle.ts";
import { decode, encode } from "./wire.ts";

/** Starts one task in a worker or in the page itself; its promise settles when the task has sent its result, or could not. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>engine</title><script>
const ends = new Map();
function startTask(url, in_page) {
  return new Promise((resolve) => {
    if (in_page) {
      ends.set(url, resolve);
      import(url).then(() => resolve("done"), (error) => resolve(String(error)));
      return;
    }
    const worker = new Worker(url, { type: "module" });
    const end = (text) => { worker.terminate(); ends.delete(url); resolve(text); };
    ends.set(url, end);
    worker.onmessage = () => end("done");
    worker.onerror = (event) => end(event.message || "the worker did not load");
  });
}
function stopTask(url) { ends.get(url)?.("stopped"); }
</script>`;

/** Isolated from other origins, a page has fine timers and shared memory. */
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cache-control": "no-store",
};

type Answer = { value: unknown } | { error: string };

interface Task {
  input: Uint8Array;
  answer: Answer | null;
}

export class TaskServer {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #bundles = new Map<string, Promise<Bundle>>();
  readonly #folders: string[] = [];
  readonly #tasks = new Map<string, Task>();
  #tasks_made = 0;

  /** Starts to listen; the page's address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Path of the entry's worker; it is bundled once. */
  async add(entry: URL): Promise<string> {
    const { href } = entry;
    if (!this.#bundles.has(href)) {
      this.#bundles.set(href, bundle(entry));
      this.#folders.push(href);
    }
    await this.#bundles.get(href);
    return `/bundle/${this.#folders.indexOf(href)}/${BUNDLE_ENTRY}`;
  }

  /** Id of a new task with this input. */
  open(input: unknown): string {
    const id = String(this.#tasks_made++);
    this.#tasks.set(id, { input: encode(input), answer: null });
    return id;
  }

  /** What the task came to; null when nothing arrived. */
  take(id: string): Answer | null {
    const answer = this.#tasks.get(id)?.answer ?? null;
    this.#tasks.delete(id);
    return answer;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind = "", name = "", ...rest] = new URL(request.url ?? "/", "http://127.0.0.1").pathname.split(
      "/",
    );
    if (kind === "") return send(response, { type: "text/html", body: PAGE });
    const task = kind === "task" ? this.#tasks.get(name) : undefined;
    if (task && request.method === "POST") {
      task.answer = decode(await readAll(request)) as Answer;
      return send(response, { type: "text/plain", body: "" });
    }
    if (task) return send(response, { type: "application/octet-stream", body: task.input });
    const files = await this.#bundles.get(this.#folders[Number(name)] ?? "");
    const file = kind === "bundle" ? files?.get(rest.join("/")) : undefined;
    if (file) return send(response, file);
    response.writeHead(404, HEADERS).end();
  }
}

function send(response: ServerResponse, { type, body }: ServedFile): void {
  response.writeHead(200, { ...HEADERS, "content-type": type }).end(body);
}

async function readAll(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
