import { parentPort } from "node:worker_threads";
import { LIMITS } from "../../limits.ts";
import { FirstError } from "../first-error.ts";
import type { CompileReply, CompileRequest } from "./messages.ts";

/** Thrown by a compiler's thread when the compiler refused the program. Its messages are in the log already. */
export class ProgramRefused extends Error {}

/** Answers compile requests in a worker thread, one after another; the compiler stays loaded between them. */
export function serveCompiler(
  compile: (request: CompileRequest, log: (text: string) => void) => Promise<Uint8Array>,
): void {
  const port = parentPort!;
  const post = (reply: CompileReply) => port.postMessage(reply);
  port.on("message", async (request: CompileRequest) => {
    const first_error = new FirstError();
    let log_chars = 0;
    const log = (text: string) => {
      first_error.add(text);
      log_chars += text.length;
      if (log_chars <= LIMITS.log_bytes_max) post({ type: "log", text });
    };
    try {
      post({ type: "compiled", module: await compile(request, log) });
    } catch (error) {
      // Anything else is the compiler's own crash: it ends the thread, and the host starts another.
      if (!(error instanceof ProgramRefused)) throw error;
      post({ type: "failed", message: first_error.message() ?? error.message });
    }
  });
}
