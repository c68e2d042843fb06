import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256Hex } from "@near-offshore/protocol";

/** What a source and a set of toolchains give; any change in it is another module. */
export interface CacheKey {
  repo: string;
  commit: string;
  build_target: string;
  /** Names and versions of all that could have compiled it. */
  toolchains: string[];
}

export interface CachedModule {
  module: Uint8Array;
  toolchain: string;
}

/** Modules by source, on disk, least recently used ones deleted. May be shared by services and deleted at any time. */
export class ModuleCache {
  private readonly folder: string;
  private readonly bytes_max: number;

  constructor(folder: string, bytes_max: number) {
    this.folder = folder;
    this.bytes_max = bytes_max;
  }

  /** The module, or null where it is not there or its bytes are not what was stored. */
  async get(key: CacheKey): Promise<CachedModule | null> {
    const file = this.file(key);
    try {
      const stored = await readFile(file);
      const header_bytes = stored.indexOf("\n");
      const header: { sha256: string; toolchain: string } = JSON.parse(
        stored.toString("utf8", 0, header_bytes),
      );
      const module = new Uint8Array(stored.subarray(header_bytes + 1));
      if (sha256Hex(module) !== header.sha256) return null;
      const now = new Date();
      await utimes(file, now, now);
      return { module, toolchain: header.toolchain };
    } catch {
      return null;
    }
  }

  async put(key: CacheKey, { module, toolchain }: CachedModule): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const header = `${JSON.stringify({ sha256: sha256Hex(module), toolchain })}\n`;
    const file = this.file(key);
    const unfinished = `${file}.${process.pid}.tmp`;
    await writeFile(unfinished, Buffer.concat([Buffer.from(header), module]));
    await rename(unfinished, file);
    await this.evict();
  }

  private file({ repo, commit, build_target, toolchains }: CacheKey): string {
    const parts = [repo, commit, build_target, ...toolchains];
    return path.join(this.folder, createHash("sha256").update(JSON.stringify(parts)).digest("hex"));
  }

  private async evict(): Promise<void> {
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.folder, name);
        const info = await stat(file).catch(() => null); // another service may delete it first
        return { file, bytes: info?.size ?? 0, used_ms: info?.mtimeMs ?? 0 };
      }),
    );
    files.sort((a, b) => b.used_ms - a.used_ms);
    let total_bytes = 0;
    for (const { file, bytes } of files) {
      total_bytes += bytes;
      if (total_bytes > this.bytes_max) await rm(file, { force: true });
    }
  }
}
