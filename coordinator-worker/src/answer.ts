import { type ErrorCode, OffshoreError } from "@near-offshore/protocol";

/**
 * What a Durable Object's method answers where it may refuse: an error's code does not survive being thrown across
 * objects, so it is returned.
 */
export type Answer<T> = { value: T } | { refused: { code: ErrorCode; message: string } };

/** The value. @throws OffshoreError with the refusal's code. */
export function unwrap<T>(answer: Answer<T>): T {
  if ("value" in answer) return answer.value;
  throw new OffshoreError(answer.refused.code, answer.refused.message);
}
