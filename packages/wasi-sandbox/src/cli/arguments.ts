import { parseArgs } from "node:util";
import { OffshoreError } from "@near-offshore/protocol";

/** A directory of the host's, and the path under which the program sees a copy of it. */
export interface MappedDirectory {
  host: string;
  guest: string;
}

/** What the command line asks for. */
export interface RunCommand {
  module: string;
  args: string[];
  env: Record<string, string>;
  directories: MappedDirectory[];
  write_back: boolean;
  stats: boolean;
  limits: { max_instructions?: number; max_memory_mb?: number };
  seed?: Uint8Array;
  start_ns?: bigint;
}

const OPTIONS = {
  env: { type: "string", multiple: true },
  dir: { type: "string", multiple: true },
  "write-back": { type: "boolean" },
  stats: { type: "boolean" },
  "max-instructions": { type: "string" },
  "max-memory-mb": { type: "string" },
  seed: { type: "string" },
  "start-ns": { type: "string" },
} as const;

export const HELP = `Usage: wasi-sandbox run [options] module.wasm [args...]

Runs a WASI preview 1 command in the sandbox: the same files, arguments and input give the same output, everywhere.

  --env NAME=VALUE      a variable of its environment, which has no others
  --dir HOST[::GUEST]   a directory: a copy of HOST, which the program sees as GUEST (HOST if absent)
  --write-back          copy what it changed in its directories back to the host, however it ends
  --max-instructions N  stop after so many
  --max-memory-mb N     MiB of memory, and as much again for files (1024)
  --seed HEX            32 bytes that decide its random numbers (zeros)
  --start-ns N          the time it starts at, nanoseconds since 1970 (the start of 2000)
  --stats               print {"status", "instructions"} as a last line on stderr

The exit code is the program's. 134: it trapped. 124: a limit was reached. 125: it could not be run.
`;

/**
 * Reads the arguments after the command's own name.
 * @throws OffshoreError `invalid_argument`
 */
export function parseCommand(argv: readonly string[]): RunCommand | "help" | "version" {
  const [verb, ...rest] = argv;
  if (verb === undefined || verb === "--help") return "help";
  if (verb === "--version") return "version";
  if (verb !== "run") throw invalid(`no command ${JSON.stringify(verb)}; there is only "run"`);
  const own = rest.slice(0, lengthOfOptions(rest));
  const [module, ...args] = rest.slice(own.length);
  const { values } = parse(own);
  if (module === undefined) throw invalid("no module to run");
  const { seed, "start-ns": start_ns } = values;
  return {
    module,
    args,
    env: Object.fromEntries((values.env ?? []).map((text) => splitAt(text, "=", "--env needs NAME=VALUE"))),
    directories: (values.dir ?? []).map(toDirectory),
    write_back: values["write-back"] ?? false,
    stats: values.stats ?? false,
    limits: {
      ...limit("max_instructions", "--max-instructions", values["max-instructions"]),
      ...limit("max_memory_mb", "--max-memory-mb", values["max-memory-mb"]),
    },
    ...(seed !== undefined && { seed: toSeed(seed) }),
    ...(start_ns !== undefined && { start_ns: toBigInt("--start-ns", start_ns) }),
  };
}

/** Where the module is: the first argument that is neither an option nor an option's value. */
function lengthOfOptions(args: readonly string[]): number {
  let at = 0;
  while (args[at]?.startsWith("--")) {
    const option = OPTIONS[args[at]!.slice(2) as keyof typeof OPTIONS];
    at += option?.type === "string" ? 2 : 1;
  }
  return at;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true });
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function toDirectory(text: string): MappedDirectory {
  const [host, guest] = text.includes("::") ? splitAt(text, "::", "") : [text, text];
  return { host, guest };
}

function splitAt(text: string, separator: string, why: string): [string, string] {
  const at = text.indexOf(separator);
  if (at < 0) throw invalid(`${why}, not ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

function limit<Name extends string>(name: Name, option: string, text: string | undefined) {
  if (text === undefined) return {};
  return { [name]: Number(toBigInt(option, text)) } as { [key in Name]: number };
}

function toSeed(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2}){32}$/i.test(hex)) throw invalid("--seed needs 64 hexadecimal digits");
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function toBigInt(option: string, text: string): bigint {
  if (!/^\d+$/.test(text)) throw invalid(`${option} needs a whole number, not ${JSON.stringify(text)}`);
  return BigInt(text);
}

function invalid(message: string): OffshoreError {
  return new OffshoreError("invalid_argument", message);
}
