/** Flags of asc, whichever backend runs it. @param shim the folder of wasi-shim's library, as asc is told it */
export function assemblyScriptFlags(shim: string, { use, exportStart }: ShimOptions): string[] {
  return [
    "--noColors",
    "--optimizeLevel=3",
    "--shrinkLevel=0",
    `--lib=${shim}`,
    `--exportStart=${exportStart}`,
    ...use.flatMap((alias) => ["--use", alias]),
  ];
}

/** `options` of wasi-shim's asconfig.json: WASI in place of the Web's globals. */
export interface ShimOptions {
  use: string[];
  exportStart: string;
}
