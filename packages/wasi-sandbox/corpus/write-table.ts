// Writes docs/corpus.md: runs the whole corpus in every engine and says what came out.
import { writeFileSync } from "node:fs";
import { installRust } from "./build/native.ts";
import { Engines, type Measured } from "./measure.ts";
import { PROGRAMS } from "./programs.ts";
import { LONG_PROGRAMS } from "./programs-long.ts";
import type { CorpusProgram } from "./types.ts";

const FILE = new URL("../../../docs/corpus.md", import.meta.url);
const number = new Intl.NumberFormat("en");

function rowOf({ name, language }: CorpusProgram, { module_bytes, by_engine, expected }: Measured): string {
  const [first] = Object.entries(by_engine)[0]!;
  const { status, instructions, output } = by_engine[first]!;
  const agrees = (other: { status: string; instructions: number; output: string }) =>
    other.status === status && other.instructions === instructions && other.output === output;
  const same = Object.entries(by_engine).filter(([, summary]) => agrees(summary));
  const names = [...same.map(([engine]) => engine), ...(expected && agrees(expected) ? ["reference"] : [])];
  const cells = [
    name,
    language,
    number.format(module_bytes),
    status,
    number.format(instructions),
    output,
    names.join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}

installRust();
const engines = await Engines.open();
try {
  const programs = [...PROGRAMS, ...LONG_PROGRAMS];
  const rows: string[] = [];
  const missing: string[] = [];
  for (const program of programs) {
    const measured = (await engines.measure([program])).get(program.name)!;
    if (typeof measured === "string") missing.push(`- ${program.name}: ${measured}`);
    else rows.push(rowOf(program, measured));
    console.log(rows.at(-1));
  }
  const text = `# Corpus

What \`packages/wasi-sandbox/corpus\` runs: each program with its input, in ${engines.versions.join(", ")}, and under the reference counter.
\`npm test\` runs all but the last ${LONG_PROGRAMS.length}, \`npm run test:long\` all. Written by \`node packages/wasi-sandbox/corpus/write-table.ts\`; do not edit. To add a
program, put its source below \`fixtures/\` there, and a line into \`programs.ts\`.

The output is the first 16 digits of its sha256 (none of a run that trapped or ran out: \`e3b0c44298fc1c14\`). The last column says who got this same status,
count and output. The reference counter has no limit of the stack, so it cannot say where a stack overflow comes.

| program | language | module, bytes | status | instructions | output | the same in |
| --- | --- | ---: | --- | ---: | --- | --- |
${rows.join("\n")}
${missing.length > 0 ? `\nNot on the machine that wrote this:\n\n${missing.join("\n")}\n` : ""}`;
  writeFileSync(FILE, text);
} finally {
  await engines.close();
}
