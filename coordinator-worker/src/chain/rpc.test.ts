import { describe, expect, it } from "vitest";
import { NearRpc, readResult } from "./rpc.ts";

describe("NearRpc", () => {
  it("says that the chain is unavailable where no node answers", async () => {
    const rpc = new NearRpc(["http://127.0.0.1:9", "http://127.0.0.1:10"]);
    await expect(rpc.finalBlock()).rejects.toMatchObject({ code: "chain_unavailable", retryable: true });
  });
});

describe("readResult", () => {
  const value = btoa('"answer"');
  it.each([
    ["nothing yet", {}, { state: "pending" }],
    [
      "a transaction that only started",
      { final_execution_status: "NONE", status: "Started" },
      { state: "pending" },
    ],
    [
      "an execution that may still be dropped",
      { final_execution_status: "EXECUTED_OPTIMISTIC", status: { SuccessValue: value } },
      { state: "pending" },
    ],
    [
      "success",
      { final_execution_status: "FINAL", status: { SuccessValue: value } },
      { state: "success", value: '"answer"' },
    ],
    [
      "a contract's refusal, in its own words",
      {
        final_execution_status: "FINAL",
        status: {
          Failure: {
            ActionError: {
              index: 0,
              kind: { FunctionCallError: { ExecutionError: 'Smart contract panicked: paused: say "when"' } },
            },
          },
        },
      },
      { state: "failure", message: 'paused: say "when"' },
    ],
    [
      "another failure",
      { final_execution_status: "FINAL", status: { Failure: { a: "b" } } },
      { state: "failure", message: '{"a":"b"}' },
    ],
  ])("%s", (_, result, expected) => {
    expect(readResult(result)).toEqual(expected);
  });
});
