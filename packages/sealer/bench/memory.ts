// A process of its own: seals one module (argv) and prints by how many bytes the process grew at its peak.
import { readFileSync } from "node:fs";
import { seal } from "../src/index.ts";

const module = new Uint8Array(readFileSync(process.argv[2]!));
const before_bytes = process.memoryUsage.rss();
seal(module, { form: "fast", memoryPagesMax: 65_536 });
console.log(process.resourceUsage().maxRSS * 1024 - before_bytes);
