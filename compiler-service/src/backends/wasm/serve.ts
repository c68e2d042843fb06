import { parentPort } from "node:worker_threads";
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
    let said = "";
    const log = (text: string) => {
      said += text;
      post({ type: "log", text });
    };
    try {
      post({ type: "compiled", module: await compile(request, log) });
    } catch (error) {
      // Anything else is the compiler's own crash: it ends the thread, and the host starts another.
      if (!(error instanceof ProgramRefused)) throw error;
      post({ type: "failed", message: fromFirstError(said) || error.message });
    }
  });
}

// Warnings come first and can be long; what a reader needs is the error.
function fromFirstError(said: string): string {
  const lines = said.split("\n");
  const first = lines.findIndex((line) => /\berror\b/i.test(line));
  return lines.slice(Math.max(first, 0)).join("\n").trim();
}
