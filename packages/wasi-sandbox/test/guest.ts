import type { FileTree } from "../src/index.ts";
import { ERRNO, OFLAG, RIGHT } from "../src/wasi/abi.ts";
import type { CallName } from "../src/wasi/calls.ts";
import { wasiImports } from "../src/wasi/imports.ts";
import { Wasi } from "../src/wasi/wasi.ts";

const NAMES = new Map<number, string>(Object.entries(ERRNO).map(([name, errno]) => [errno, name]));
/** Where calls put their results, and where strings are put. */
const OUT = 8;
const IOVEC = 40;
const BUFFER = 1024;
const STRINGS = 32_768;
const BUFFER_BYTES = STRINGS - BUFFER;
export const ALL_RIGHTS = Object.values(RIGHT).reduce((all, right) => all | right, 0n);

export interface OpenOptions {
  dir?: number;
  oflags?: number;
  rights?: bigint;
  inheriting?: bigint;
  flags?: number;
  follow?: boolean;
}

/** A guest that is not WebAssembly: makes WASI calls with a memory of its own, and answers in words. */
export class Guest {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly wasi: Wasi;
  readonly #calls: Record<string, (...args: (number | bigint)[]) => number>;
  #strings_at = STRINGS;
  used = 0n;

  constructor(preopens: Record<string, FileTree> = { "/": {} }, stdin = "") {
    const world = {
      args: [],
      environ: [],
      preopens,
      stdin: () => new TextEncoder().encode(stdin),
      seed: new Uint8Array(32),
    };
    const bounds = {
      start_ns: 1000n,
      files_bytes_max: 2 ** 20,
      stdout_bytes_max: 4096,
      stderr_bytes_max: 4096,
    };
    const charge = (cost: bigint) => {
      this.used += cost;
    };
    this.wasi = new Wasi({ ...world, ...bounds }, { used: () => this.used, charge });
    this.wasi.memory.attach(this.memory);
    this.wasi.preopen();
    this.#calls = wasiImports(this.wasi);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Makes a call; a string argument becomes a pointer and a length. Gives the errno's name. */
  call(name: CallName, ...args: (number | bigint | string)[]): string {
    this.#strings_at = STRINGS;
    const flat = args.flatMap((arg) => (typeof arg === "string" ? this.#put(arg) : [arg]));
    const errno = this.#calls[name]!(...flat);
    return NAMES.get(errno) ?? `errno ${errno}`;
  }

  /** What a call gives as a number at `OUT`, or its errno's name. */
  #ask(name: CallName, ...args: (number | bigint | string)[]): number | string {
    const errno = this.call(name, ...args, OUT);
    return errno === "SUCCESS" ? this.view.getUint32(OUT, true) : errno;
  }

  /** The new descriptor, or the errno's name. Without `rights`, all of them. */
  open(path: string, options: OpenOptions = {}): number | string {
    const {
      dir = 3,
      oflags = 0,
      rights = ALL_RIGHTS,
      inheriting = ALL_RIGHTS,
      flags = 0,
      follow = false,
    } = options;
    return this.#ask("path_open", dir, follow ? 1 : 0, path, oflags, rights, inheriting, flags);
  }

  /** A new file with this content, open for everything. */
  create(path: string, content = ""): number {
    const fd = this.open(path, { oflags: OFLAG.CREAT | OFLAG.EXCL }) as number;
    this.write(fd, content);
    this.seek(fd, 0);
    return fd;
  }

  write(fd: number, text: string): number | string {
    return this.#ask("fd_write", fd, this.#iovec(text), 1);
  }

  pwrite(fd: number, text: string, offset: number): number | string {
    return this.#ask("fd_pwrite", fd, this.#iovec(text), 1, BigInt(offset));
  }

  read(fd: number, length = BUFFER_BYTES): string {
    return this.#text(this.#ask("fd_read", fd, this.#iovec(length), 1));
  }

  pread(fd: number, length: number, offset: number): string {
    return this.#text(this.#ask("fd_pread", fd, this.#iovec(length), 1, BigInt(offset)));
  }

  seek(fd: number, offset: number, whence = 0): number | string {
    return this.#ask("fd_seek", fd, BigInt(offset), whence);
  }

  readlink(path: string, size = BUFFER_BYTES): string {
    return this.#text(this.#ask("path_readlink", 3, path, BUFFER, size));
  }

  /** `{filetype, links, size, accessed, modified}` of a path or a descriptor, or the errno's name. */
  stat(of: string | number, follow = false) {
    const errno =
      typeof of === "number"
        ? this.call("fd_filestat_get", of, BUFFER)
        : this.call("path_filestat_get", 3, follow ? 1 : 0, of, BUFFER);
    if (errno !== "SUCCESS") return errno;
    const u64 = (at: number) => this.view.getBigUint64(BUFFER + at, true);
    return {
      filetype: this.view.getUint8(BUFFER + 16),
      links: Number(u64(24)),
      size: Number(u64(32)),
      accessed: u64(40),
      modified: u64(48),
    };
  }

  rights(fd: number): [own: bigint, inheriting: bigint] {
    this.call("fd_fdstat_get", fd, BUFFER);
    return [this.view.getBigUint64(BUFFER + 8, true), this.view.getBigUint64(BUFFER + 16, true)];
  }

  /** Names in a directory from `cookie` on, as far as `size` bytes hold them, and where to go on. */
  readdir(
    fd: number,
    cookie = 0n,
    size = BUFFER_BYTES,
  ): { names: string[]; next: bigint; used: number } | string {
    const used = this.#ask("fd_readdir", fd, BUFFER, size, cookie);
    if (typeof used === "string") return used;
    const names = [];
    let next = cookie;
    for (let at = BUFFER; at + 24 <= BUFFER + used; ) {
      const length = this.view.getUint32(at + 16, true);
      if (at + 24 + length > BUFFER + used) break;
      names.push(this.#textAt(at + 24, length));
      next = this.view.getBigUint64(at, true);
      at += 24 + length;
    }
    return { names, next, used };
  }

  #iovec(content: string | number): number {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : null;
    if (bytes) new Uint8Array(this.memory.buffer, BUFFER).set(bytes);
    this.view.setUint32(IOVEC, BUFFER, true);
    this.view.setUint32(IOVEC + 4, bytes ? bytes.length : (content as number), true);
    return IOVEC;
  }

  #text(length: number | string): string {
    return typeof length === "string" ? length : this.#textAt(BUFFER, length);
  }

  #textAt(at: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.memory.buffer, at, length));
  }

  #put(text: string): [pointer: number, length: number] {
    const bytes = new TextEncoder().encode(text);
    const at = this.#strings_at;
    new Uint8Array(this.memory.buffer, at).set(bytes);
    this.#strings_at += bytes.length;
    return [at, bytes.length];
  }
}
