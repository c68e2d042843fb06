import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256Hex } from "./sha256.ts";

/** Bytes, and what there is to say of them, in JSON. */
export interface Entry<About> {
  about: About;
  bytes: Uint8Array;
}

interface Header<About> {
  sha256: string;
  about: About;
}

/** Bytes by a key, on disk, the least recently used ones deleted. May be shared by services and deleted at any time. */
export class FileCache<About> {
  private readonly folder: string;
  private readonly bytes_max: number;

  constructor(folder: string, bytes_max: number) {
    this.folder = folder;
    this.bytes_max = bytes_max;
  }

  /** What was put under the key, or null where it is not there or its bytes are not what was stored. */
  async get(key: readonly string[]): Promise<Entry<About> | null> {
    const file = this.file(key);
    try {
      const stored = await readFile(file);
      const header_bytes = stored.indexOf("\n");
      const { sha256, about } = JSON.parse(stored.toString("utf8", 0, header_bytes)) as Header<About>;
      const bytes = new Uint8Array(stored.subarray(header_bytes + 1));
      if (sha256Hex(bytes) !== sha256) return null;
      const now = new Date();
      await utimes(file, now, now);
      return { about, bytes };
    } catch {
      return null;
    }
  }

  async put(key: readonly string[], { about, bytes }: Entry<About>): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const header: Header<About> = { sha256: sha256Hex(bytes), about };
    const file = this.file(key);
    const unfinished = `${file}.${process.pid}.tmp`;
    await writeFile(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]));
    await rename(unfinished, file);
    await this.evict();
  }

  private file(key: readonly string[]): string {
    return path.join(this.folder, sha256Hex(Buffer.from(JSON.stringify(key))));
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
