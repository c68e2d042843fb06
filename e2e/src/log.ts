const started_ms = Date.now();

/** One line of progress on stderr, with the seconds since the start; stdout is for the answer. */
export function say(line: string): void {
  const seconds = ((Date.now() - started_ms) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds}s  ${line}\n`);
}

/** Resolves when `probe` gives something, asked every `every_ms`; rejects with `what` after `timeout_ms`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { timeout_ms, every_ms }: { timeout_ms: number; every_ms: number },
): Promise<T> {
  const end_ms = Date.now() + timeout_ms;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end_ms) throw new Error(`waited ${timeout_ms / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every_ms));
  }
}
