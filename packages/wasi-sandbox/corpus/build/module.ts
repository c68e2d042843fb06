import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wat } from "../../test/helpers.ts";
import { type CorpusProgram, Unavailable } from "../types.ts";
import { compileAssemblyScript } from "./assemblyscript.ts";
import { compileClang } from "./clang.ts";
import { compileGo, compileRust } from "./native.ts";
import { folderOf } from "./origin.ts";

/**
 * The module of a program, from the cache or made now.
 * @throws Unavailable where the machine lacks what it takes
 */
export async function moduleOf({ recipe }: CorpusProgram): Promise<Uint8Array> {
  switch (recipe.tool) {
    case "clang":
      return compileClang(recipe);
    case "assemblyscript":
      return compileAssemblyScript(recipe);
    case "rust":
      return compileRust(recipe);
    case "go":
      return compileGo(recipe);
    case "text":
      return wat(recipe.text());
    case "none":
      return new Uint8Array(readFileSync(join(await folderOf(recipe.origin), recipe.file)));
  }
}

/** A program's module, or why it cannot be had here. */
export async function moduleOrReason(program: CorpusProgram): Promise<Uint8Array | string> {
  try {
    return await moduleOf(program);
  } catch (error) {
    if (error instanceof Unavailable) return error.message;
    throw error;
  }
}
