import { resolve } from "node:path";
import { build } from "esbuild";

export interface Bundle {
  /** One JavaScript module without imports. */
  code: string;
  /** Its exports: the contract's methods. */
  methods: string[];
}

/** Bundles a contract's TypeScript. The same source gives the same text in any folder. */
export async function bundleContract(entry: string): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    // QuickJS 2021-03-27
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    // Names and white space are bytecode that the chain loads at every call.
    minify: true,
    absWorkingDir: resolve(import.meta.dirname, "../.."),
    logLevel: "warning",
  });
  const [output] = Object.values(result.metafile.outputs);
  const code = result.outputFiles[0]?.text;
  if (output === undefined || code === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return { code, methods: output.exports.sort() };
}
