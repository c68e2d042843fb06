// Sets up a fresh clone (dependencies, once) and runs a TypeScript program on a Node that can.
// Plain JavaScript: this is the one file that must run on the machine's own Node, which may be 20.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bin = path.join(root, "node_modules", ".bin");
const lockfile = path.join(root, "package-lock.json");
const installed = path.join(root, "node_modules", ".package-lock.json");

// `npm install` writes the lockfile a moment after its record of what is installed.
const SAME_INSTALL_MS = 10_000;

install();
runProgram(process.argv.slice(2));

/** `npm ci`, unless npm has installed since the lockfile last changed. */
function install() {
  if (existsSync(installed) && statSync(installed).mtimeMs + SAME_INSTALL_MS >= statSync(lockfile).mtimeMs)
    return;
  process.stderr.write("setup: installing dependencies with npm ci (once, about a minute)\n");
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...args, "ci", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write("setup: npm ci failed; see its message above\n");
    process.exit(1);
  }
}

/** Runs `program args...` on the first Node on the path that strips types: the npm-installed one where the machine's is older. */
function runProgram([program, ...args]) {
  const env = { ...process.env, PATH: bin + path.delimiter + process.env.PATH };
  const version = spawnSync("node", ["--version"], { env, encoding: "utf8" }).stdout ?? "";
  const [major = 0, minor = 0] = version.replace("v", "").split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 22)) {
    process.stderr.write(
      `setup: found Node ${version.trim() || "none"}; this machine needs Node 22.22 or later, or 24\n`,
    );
    process.exit(1);
  }
  const child = spawn("node", ["--disable-warning=ExperimentalWarning", path.join(root, program), ...args], {
    env,
    stdio: "inherit",
    cwd: root,
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}
