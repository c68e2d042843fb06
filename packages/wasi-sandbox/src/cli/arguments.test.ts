import { expect, test } from "vitest";
import { parseCommand } from "./arguments.ts";

test("everything before the module is ours, everything after it the program's", () => {
  const argv =
    "run --env A=1 --env=B=x=y --dir /host::/guest --dir data --write-back --max-memory-mb 64 m.wasm --env C --dir".split(
      " ",
    );
  expect(parseCommand(argv)).toEqual({
    module: "m.wasm",
    args: ["--env", "C", "--dir"],
    env: { A: "1", B: "x=y" },
    directories: [
      { host: "/host", guest: "/guest" },
      { host: "data", guest: "data" },
    ],
    write_back: true,
    stats: false,
    limits: { max_memory_mb: 64 },
  });
});

test("time and chance can be given", () => {
  const argv = [
    "run",
    "--start-ns",
    "17",
    "--seed",
    "0f".repeat(32),
    "--max-instructions",
    "5",
    "--stats",
    "m",
  ];
  expect(parseCommand(argv)).toMatchObject({
    start_ns: 17n,
    seed: new Uint8Array(32).fill(15),
    limits: { max_instructions: 5 },
    stats: true,
  });
});

test("without a verb it is help", () => {
  expect([parseCommand([]), parseCommand(["--help"]), parseCommand(["--version"])]).toEqual([
    "help",
    "help",
    "version",
  ]);
});

test.each([
  [["m.wasm"], "m.wasm"],
  [["run"], "no module"],
  [["run", "--env", "A", "m"], "NAME=VALUE"],
  [["run", "--nothing", "m"], "--nothing"],
  [["run", "--__proto__", "m"], "--__proto__"],
  [["run", "--seed", "12", "m"], "64 hexadecimal"],
  [["run", "--start-ns", "soon", "m"], '--start-ns needs a whole number, not "soon"'],
  [["run", "--max-instructions", "1e9", "m"], '--max-instructions needs a whole number, not "1e9"'],
])("%j is refused with the reason", (argv, reason) => {
  const refusal = { code: "invalid_argument", message: expect.stringContaining(reason) };
  expect(() => parseCommand(argv)).toThrow(expect.objectContaining(refusal));
});
