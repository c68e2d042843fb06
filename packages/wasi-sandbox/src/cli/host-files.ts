import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { FileTree, TreeEntry } from "../fs/tree.ts";

/** How long to wait for input that is not there yet, where reading does not wait by itself. */
const RETRY_MS = 10;
const CHUNK_BYTES = 64 * 1024;
const STDIN = 0;

/** Reads a directory of the host's, by name, so that its order is the same everywhere. Sockets and devices are left out. */
export function readTree(directory: string): FileTree {
  const read: [string, TreeEntry][] = [];
  const visit = (prefix: string) => {
    const here = readdirSync(join(directory, prefix), { withFileTypes: true });
    for (const each of here.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = prefix + each.name;
      if (each.isSymbolicLink()) read.push([path, { symlink: readlinkSync(join(directory, path)) }]);
      else if (each.isFile()) read.push([path, new Uint8Array(readFileSync(join(directory, path)))]);
      else if (each.isDirectory()) {
        read.push([path, null]);
        visit(`${path}/`);
      }
    }
  };
  visit("");
  return Object.fromEntries(read);
}

/** Makes a directory of the host's, which was `before`, what the program has left: touches only what changed. */
export function writeTree(directory: string, before: FileTree, after: FileTree): void {
  for (const [path, entry] of Object.entries(before).reverse()) {
    const left = after[path];
    if (left === undefined || kindOf(left) !== kindOf(entry))
      rmSync(join(directory, path), { recursive: true });
  }
  for (const [path, entry] of Object.entries(after)) {
    if (!isSame(before[path], entry)) put(join(directory, path), entry);
  }
}

function kindOf(entry: TreeEntry): "directory" | "file" | "link" {
  if (entry === null) return "directory";
  return entry instanceof Uint8Array || typeof entry === "string" ? "file" : "link";
}

function isSame(before: TreeEntry | undefined, after: TreeEntry): boolean {
  if (before === undefined || kindOf(before) !== kindOf(after)) return false;
  if (before instanceof Uint8Array && after instanceof Uint8Array) return Buffer.compare(before, after) === 0;
  return JSON.stringify(before) === JSON.stringify(after);
}

function put(path: string, entry: TreeEntry): void {
  if (entry === null) mkdirSync(path, { recursive: true });
  else if (entry instanceof Uint8Array || typeof entry === "string") writeFileSync(path, entry);
  else {
    if (lstatSync(path, { throwIfNoEntry: false })) rmSync(path);
    symlinkSync(entry.symlink, path);
  }
}

/** All of this process's stdin. Blocks until its end. */
export function readStdin(): Uint8Array {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    try {
      const length = readSync(STDIN, chunk);
      if (length === 0) return new Uint8Array(Buffer.concat(chunks));
      chunks.push(chunk.subarray(0, length));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return new Uint8Array(Buffer.concat(chunks));
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
