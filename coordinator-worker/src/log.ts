/** One line of the operator's log. Never a secret, never a whole input. */
export function log(part: string, message: string): void {
  console.log(`${part}: ${message}`);
}

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? `${String(error.code)}: ` : "";
  return `${code}${error.message}`.slice(0, 1_000);
}
