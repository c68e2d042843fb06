// Run by refused-memory.test.ts in an engine with little memory.
import { RunFault } from "../src/index.ts";
import { program, run } from "./helpers.ts";

const modules = {
  "grows too far": program({}, "(drop (memory.grow (i32.const 1500)))"),
  "starts too large": program({}, "", "(memory 1500)"),
  "stays small": program({}, "(drop (memory.grow (i32.const 500)))"),
};

const ends = Object.entries(modules).map(([name, module]) => {
  try {
    return [name, run(module, { max_memory_mb: 128 }).status];
  } catch (error) {
    return [name, error instanceof RunFault ? error.reason : String(error)];
  }
});
console.log(JSON.stringify(Object.fromEntries(ends)));
