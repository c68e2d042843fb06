import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Language } from "../../languages.ts";
import type { Engine } from "./engine.ts";

/** An image for each toolchain, from a folder of `images/` of the same name. */
export const IMAGES: Record<string, Language[]> = {
  rust: ["rust"],
  go: ["go"],
  c: ["c", "c++"],
  assemblyscript: ["assemblyscript"],
};

export const IMAGES_DIR = fileURLToPath(new URL("../../../images/", import.meta.url));
const LABEL = "near-offshore.toolchain";

export interface ToolchainImage {
  /** By its contents: `sha256:...`. */
  id: string;
  /** Name and version of the compiler. */
  toolchain: string;
}

/** Files of the image's folder and those that all images share, by their path in `images/`. */
export function imageFiles(name: string): string[] {
  return [
    "entry.sh",
    ...readdirSync(path.join(IMAGES_DIR, name))
      .sort()
      .map((file) => `${name}/${file}`),
  ];
}

/** `near-offshore/rust:<hash of the files it is made of>`: another version of the files is another image. */
export function imageTag(name: string): string {
  const hash = createHash("sha256");
  for (const file of imageFiles(name))
    hash.update(`${file}\0`).update(readFileSync(path.join(IMAGES_DIR, file)));
  return `near-offshore/${name}:${hash.digest("hex").slice(0, 16)}`;
}

/** The image, or null where it has not been made. */
export async function findImage({ docker }: Engine, name: string): Promise<ToolchainImage | null> {
  try {
    const { Id: id, Config } = await docker.getImage(imageTag(name)).inspect();
    return { id, toolchain: Config.Labels[LABEL]! };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}
