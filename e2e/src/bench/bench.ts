/** One number that others read. */
export interface Figure {
  metric: string;
  value: number;
  goal?: number;
  /** The same figure where nothing differs (plain over plain, say), or slowest over fastest: how far `value` can be trusted. */
  noise?: number;
  /** Goals are upper bounds otherwise. */
  more_is_better?: boolean;
}

export interface BenchResult {
  /** A table for people, its head first. */
  rows: string[][];
  figures: Figure[];
}

/** A file `bench/<name>.ts` exports one as `bench`; `../bench.ts` lists it. */
export interface Bench {
  about: string;
  /** What it takes on the command line: name and explanation, each with a value. */
  options: Record<string, string>;
  run(options: Readonly<Record<string, string>>): Promise<BenchResult>;
}
