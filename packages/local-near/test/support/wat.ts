// Contracts for tests, written in WebAssembly text.
import binaryen from "binaryen";
import { HOST_FUNCTIONS } from "../../src/vm/host/index.ts";

const TYPES: Record<string, string> = { I: "i64", i: "i32" };

/**
 * A contract from function bodies. Every host function that a body calls is imported; memory starts with `data`.
 * Bodies are the inside of `(func (export "name") ...)`.
 */
export function contract(methods: Record<string, string>, data: Record<number, string> = {}): Uint8Array {
  const source = Object.values(methods).join("\n");
  const imports = Object.entries(HOST_FUNCTIONS)
    .filter(([name]) => source.includes(`$${name}`))
    .map(([name, { signature }]) => importOf(name, signature));
  const functions = Object.entries(methods).map(([name, body]) => `(func (export "${name}") ${body})`);
  const segments = Object.entries(data).map(([at, text]) => `(data (i32.const ${at}) "${text}")`);
  return compileWat(
    `(module ${imports.join("\n")} (memory 1) ${segments.join("\n")} ${functions.join("\n")})`,
  );
}

export function compileWat(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.MVP);
    if (!module.validate()) throw new Error("invalid module");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function importOf(name: string, signature: string): string {
  const [params, results] = signature.split(">") as [string, string];
  const list = (kind: string, letters: string) =>
    letters ? `(${kind} ${[...letters].map((letter) => TYPES[letter]).join(" ")})` : "";
  return `(import "env" "${name}" (func $${name} ${list("param", params)} ${list("result", results)}))`;
}
