/**
 * Fetches and reads a whole body within a time limit. The timer is cleared when it is over: one that is left running
 * keeps a Durable Object from hibernating.
 */
export async function fetchText(
  url: string,
  init: RequestInit,
  timeout_ms: number,
): Promise<{ ok: boolean; status: number; text: string }> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer in ${timeout_ms} ms`)), timeout_ms);
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } finally {
    clearTimeout(timer);
  }
}
