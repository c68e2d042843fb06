import { FileSystem } from "../fs/file-system.ts";
import type { DirectoryNode } from "../fs/nodes.ts";
import { type Resolved, resolve } from "../fs/resolve.ts";
import { type FileTree, loadTree, saveTree } from "../fs/tree.ts";
import { SANDBOX_LIMITS } from "../limits.ts";
import { ERRNO, LOOKUP_SYMLINK_FOLLOW, STDIN_RIGHTS, STDOUT_RIGHTS } from "./abi.ts";
import { ITEM_PRICE } from "./calls.ts";
import { Clock } from "./clock.ts";
import { Descriptors, type OpenDirectory } from "./descriptors.ts";
import { fail } from "./errors.ts";
import { GuestMemory } from "./memory.ts";
import { RandomStream } from "./random.ts";
import { Sink } from "./sink.ts";

/** What the calls need of the meter: the exact count so far, and to add to it (which ends the run past the budget). */
export interface CallMeter {
  used(): bigint;
  charge(cost: bigint): void;
}

/** Everything that one run can see of a world. */
export interface World {
  args: readonly string[];
  /** `NAME=value`, in the order the guest sees. */
  environ: readonly string[];
  /** Asked for once it is read. */
  stdin: () => Uint8Array;
  /** Directories, by the path that the guest sees. */
  preopens: Readonly<Record<string, FileTree>>;
  /** 32 bytes */
  seed: Uint8Array;
  /** Time at the start, nanoseconds since 1970. */
  start_ns: bigint;
  /** Room for files. */
  files_bytes_max: number;
  stdout_bytes_max: number;
  stderr_bytes_max: number;
}

/** The state of one run's WASI host, and the few things that all groups of calls need. */
export class Wasi {
  readonly memory = new GuestMemory();
  readonly args: readonly Uint8Array[];
  readonly environ: readonly Uint8Array[];
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly files: FileSystem;
  readonly descriptors: Descriptors;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly #world: World;
  readonly #meter: CallMeter;
  readonly #preopened = new Map<string, DirectoryNode>();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(world: World, meter: CallMeter) {
    const encoder = new TextEncoder();
    this.#world = world;
    this.#meter = meter;
    this.args = world.args.map((arg) => encoder.encode(arg));
    this.environ = world.environ.map((variable) => encoder.encode(variable));
    this.clock = new Clock(world.start_ns, () => meter.used());
    this.random = new RandomStream(world.seed);
    this.files = new FileSystem(world.files_bytes_max, () => this.clock.now());
    this.descriptors = new Descriptors(this.files);
    this.stdout = new Sink(world.stdout_bytes_max);
    this.stderr = new Sink(world.stderr_bytes_max);
    const none = { inheriting: 0n, flags: 0 };
    this.descriptors.add({ kind: "input", bytes: world.stdin, position: 0, rights: STDIN_RIGHTS, ...none });
    this.descriptors.add({ kind: "output", sink: this.stdout, rights: STDOUT_RIGHTS, ...none });
    this.descriptors.add({ kind: "output", sink: this.stderr, rights: STDOUT_RIGHTS, ...none });
  }

  /**
   * Makes the directories that the guest is given. Once the meter counts, and before the guest runs.
   * @throws OffshoreError `invalid_argument`, `payload_too_large`
   */
  preopen(): void {
    for (const [name, tree] of Object.entries(this.#world.preopens)) {
      const root = this.files.createRoot();
      loadTree(this.files, root, tree);
      this.descriptors.preopen(root, name);
      this.#preopened.set(name, root);
    }
  }

  /** What these directories hold now. */
  savePreopens(): Record<string, FileTree> {
    return Object.fromEntries([...this.#preopened].map(([name, root]) => [name, saveTree(root)]));
  }

  /** Adds a call's price to the count. */
  charge(price: bigint): void {
    this.#meter.charge(price);
  }

  /** Adds the price of handling so many items (`ITEM_PRICE`). Before they are handled. */
  chargeItems(count: number): void {
    this.#meter.charge(BigInt(count * ITEM_PRICE));
  }

  /** Adds the price of moving so many bytes to or from the guest. Before they are moved. */
  chargeBytes(length: number): void {
    this.#meter.charge(BigInt(Math.floor(length / 8)));
  }

  /** Where a path of the guest's leads, from a directory that it has open. Each name on the way is an item. */
  resolve(directory: OpenDirectory, path: string, lookup_flags = 0): Resolved {
    const follow = (lookup_flags & LOOKUP_SYMLINK_FOLLOW) !== 0;
    return resolve(directory.node, path, follow, () => this.chargeItems(1));
  }

  /** A path argument. Fails with `ENAMETOOLONG`, `EILSEQ` if it is not UTF-8, `EINVAL` if it has a NUL. */
  path(pointer: number, length: number): string {
    const bytes = this.memory.bytes(pointer, length);
    if (length > SANDBOX_LIMITS.path_bytes_max) fail(ERRNO.NAMETOOLONG);
    this.chargeBytes(length);
    if (bytes.includes(0)) fail(ERRNO.INVAL);
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return fail(ERRNO.ILSEQ);
    }
  }
}
