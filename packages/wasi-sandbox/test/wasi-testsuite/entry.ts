// What the suite runs in every engine.
import { runWasi, type WasiResult } from "../../src/index.ts";
import type { SuiteCase } from "./suite.ts";

/** How a test ended; why it failed if it did. */
export interface CaseResult {
  name: string;
  instructions: number;
  failure: string | null;
}

const decoder = new TextDecoder();

export function run(cases: SuiteCase[]): CaseResult[] {
  return cases.map(({ name, expected, stdin, ...task }) => {
    try {
      const result = runWasi({ ...task, stdin: new TextEncoder().encode(stdin) });
      return { name, instructions: result.instructions, failure: failureOf(result, expected) };
    } catch (error) {
      return { name, instructions: 0, failure: String(error) };
    }
  });
}

function failureOf(result: WasiResult, expected: SuiteCase["expected"]): string | null {
  const stdout = decoder.decode(result.stdout);
  const stderr = decoder.decode(result.stderr);
  const is_right =
    result.exit_code === expected.exit_code &&
    stdout.startsWith(expected.stdout) &&
    stderr.startsWith(expected.stderr);
  return is_right
    ? null
    : `${result.status}; stdout ${JSON.stringify(stdout)}; stderr ${JSON.stringify(stderr)}`;
}
