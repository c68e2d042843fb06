import { describe, expect, test } from "vitest";
import { compileC } from "../../test/compile-c.ts";
import { CONTEXT, program, run, textOf } from "../../test/helpers.ts";
import { CALLS } from "./calls.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const IMPORTS = {
  fd_write: "(param i32 i32 i32 i32) (result i32)",
  random_get: "(param i32 i32) (result i32)",
  clock_time_get: "(param i32 i64 i32) (result i32)",
};
/** Writes memory from 1024 on to stdout. */
const write = (length: number) =>
  `(i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const ${length}))
   (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))`;

describe("random_get", () => {
  // RFC 8439, appendix A.1, test vectors 1 and 2: key and nonce of zeros, blocks 0 and 1.
  const STREAM =
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586" +
    "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";
  const inParts = (...parts: number[]) => {
    let at = 1024;
    const calls = parts.map((length) => {
      const call = `(drop (call $random_get (i32.const ${at}) (i32.const ${length})))`;
      at += length;
      return call;
    });
    return program(IMPORTS, `${calls.join("\n")} ${write(at - 1024)}`);
  };

  test("is the ChaCha20 stream of the seed, however it is cut", () => {
    for (const parts of [[128], [1, 127], [63, 2, 63], [64, 64], [0, 5, 0, 123]]) {
      expect(hex(run(inParts(...parts)).output)).toBe(STREAM);
    }
  });

  test("goes on over the chunks in which it is made", () => {
    const long = run(
      program(
        IMPORTS,
        `(drop (memory.grow (i32.const 3)))
      (drop (call $random_get (i32.const 2048) (i32.const 131000)))
      (drop (call $random_get (i32.const 1024) (i32.const 200))) ${write(200)}`,
      ),
    ).output;
    const skipped = run(
      program(
        IMPORTS,
        `(drop (memory.grow (i32.const 3)))
      (drop (call $random_get (i32.const 2048) (i32.const 130000)))
      (drop (call $random_get (i32.const 1024) (i32.const 1200))) ${write(1200)}`,
      ),
    ).output;
    expect(hex(long)).toBe(hex(skipped.slice(1000)));
  });

  test("differs with the seed", () => {
    const other = run(inParts(32), { context: { seed: "01".repeat(32) } });
    expect(hex(other.output)).not.toBe(STREAM.slice(0, 64));
  });
});

describe("clocks", () => {
  const now = "(drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 1024)))";
  const readTime = (body: string) => {
    const { output } = run(program(IMPORTS, `${body} ${write(8)}`));
    return (
      new DataView(output.buffer, output.byteOffset).getBigUint64(0, true) - BigInt(CONTEXT.block_timestamp)
    );
  };

  test("start at the block's time and advance a nanosecond an instruction", () => {
    // Before the clock is read: the function's entry, three constants, the call and its price.
    const first = BigInt(5 + CALLS.clock_time_get.price);
    expect(readTime(now)).toBe(first);
    expect(readTime(`(drop (i32.const 0)) ${now}`)).toBe(first + 1n);
  });
});

test("a C program finds the world of the request and nothing else", async () => {
  const { output } = run(await compileC("world"));
  const lines = textOf(output).split("\n");
  const some = (prefix: string) => lines.filter((line) => line.startsWith(prefix));
  expect(some("arg ")).toEqual(["arg module.wasm"]);
  expect(some("env ")).toEqual([
    "env NEAR_NETWORK_ID=testnet",
    "env NEAR_CONTRACT_ID=offshore.testnet",
    "env NEAR_SENDER_ID=alice.testnet",
    "env NEAR_PREDECESSOR_ID=caller.testnet",
    "env NEAR_SIGNER_PUBLIC_KEY=ed25519:6E8sCci9badyRkXb3JoRpBj5p8C6Tw41ELDZoiihKEtp",
    "env NEAR_REQUEST_ID=17",
    "env NEAR_BLOCK_HEIGHT=123456",
    "env NEAR_BLOCK_TIMESTAMP=1700000000000000000",
    "env NEAR_PAYMENT_YOCTO=100000000000000000000000",
    "env NEAR_MAX_INSTRUCTIONS=100000000",
    "env NEAR_MAX_MEMORY_MB=16",
    "env OFFSHORE_EXECUTION_TYPE=NEAR",
    "env TZ=UTC",
    "env LANG=C.UTF-8",
  ]);
  expect(some("realtime ")[0]).toMatch(/^realtime 1700000000\.000\d{6} resolution 1$/);
  expect(some("slept ")[0]).toMatch(/^slept 1700000002\.000\d{6} resolution 1$/);
  expect(some("tty")).toEqual(["tty 0 0 0"]);
  expect(some("entry")).toEqual(["entry .", "entry .."]);
});

test.each([
  ["v1.offshore.near", "mainnet"],
  ["offshore.testnet", "testnet"],
  ["offshore.test", "local"],
  ["nottestnet", "local"],
])("a contract %s is on %s", async (contract_id, network) => {
  const { output } = run(await compileC("world"), { context: { contract_id } });
  expect(textOf(output)).toContain(`env NEAR_NETWORK_ID=${network}\n`);
});

test("a C program uses files, and gets the same numbers everywhere", async () => {
  expect(textOf(run(await compileC("files")).output)).toMatchInlineSnapshot(`
    "mkdir: ok
    /notes/b.txt: ok
    /notes/a.txt: ok
    /notes/b.txt: ok
    /notes/b.txt holds "first and more"
    relative: ok
    rename: ok
    link: ok
    symlink: ok
    /notes/s.txt holds "first and more"
    /notes: .(3) ..(3) b.txt(4) c.txt(4) d.txt(4) s.txt(7)
    /notes/d.txt: inode 3 size 14 links 2 mode 100000
    /notes: inode 2 size 0 links 1 mode 40000
    /notes/a.txt: No such file or directory
    truncate: ok
    /notes/d.txt holds "first"
    seek: ok
    /hole: inode 6 size 1048577 links 1 mode 100000
    too much: No space left on device
    rmdir: Directory not empty
    escape: Operation not permitted
    unlink: ok
    rmdir: ok
    /: .(3) ..(3) hole(4)
    "
  `);
});
