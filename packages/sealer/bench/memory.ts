// A process of its own: seals one module (argv) and prints by how many bytes the process grew at its peak.
import { readFileSync } from "node:fs";
import { seal } from "../src/index.ts";

const module = new Uint8Array(readFileSync(process.argv[2]!));
const before_bytes = process.memoryUsage.rss();
seal(module, { form: "fast", memoryPagesMax: 65_536 });
console.log(peakBytes() - before_bytes);

/** From Linux where there is one: `maxRSS` begins with the peak of the process that started this one. */
function peakBytes(): number {
  try {
    const [, kilobytes] = readFileSync("/proc/self/status", "utf8").match(/^VmHWM:\s+(\d+) kB/m)!;
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
