import os from "node:os";
import { LIMITS } from "./limits.ts";

/**
 * A build's log: bounded, without this machine's paths, sent on in pieces while the build runs.
 * @param send delivers one piece; a piece that cannot be delivered is lost, since a log is no reason to fail a build
 */
export class BuildLog {
  private waiting = "";
  private bytes = 0;
  private sending: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private readonly send: (text: string) => Promise<void>;
  private readonly clean: (text: string) => string;

  constructor(send: (text: string) => Promise<void>, clean: (text: string) => string) {
    this.send = send;
    this.clean = clean;
  }

  write(text: string): void {
    if (this.bytes > LIMITS.log_bytes_max) return;
    const cleaned = this.clean(text);
    this.bytes += Buffer.byteLength(cleaned);
    this.waiting += this.bytes > LIMITS.log_bytes_max ? "\n[the log is cut off here]\n" : cleaned;
    this.timer ??= setTimeout(() => this.flush(), LIMITS.log_flush_ms);
  }

  /** Resolves when all that was written has been sent, or lost. */
  async end(): Promise<void> {
    this.flush();
    await this.sending;
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const text = this.waiting;
    this.waiting = "";
    for (let at = 0; at < text.length; at += LIMITS.log_chunk_chars_max) {
      const piece = text.slice(at, at + LIMITS.log_chunk_chars_max);
      this.sending = this.sending.then(() => this.send(piece)).catch(() => {});
    }
  }
}

/** A function that hides where this service lives on its machine from what it tells others. */
export function pathHider(cache_dir: string): (text: string) => string {
  const folders = [cache_dir, os.tmpdir(), os.homedir(), process.cwd()].filter((folder) => folder.length > 1);
  const escaped = folders
    .sort((a, b) => b.length - a.length)
    .map((folder) => folder.replace(/[^\w/]/g, "\\$&"));
  // A path of its own, not the tail of an address such as file:///tmp/x, which is the source that was asked for.
  const pattern = new RegExp(`(?<![\\w/.-])(?:${escaped.join("|")})(?=/|\\W|$)`, "g");
  return (text) => text.replace(pattern, "[host]");
}
