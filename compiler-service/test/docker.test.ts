// Containers: programs that are compiled have nothing of the machine and nothing of the network, and leave nothing behind.
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { LIMITS } from "../src/limits.ts";
import { containersOf } from "./backends.ts";
import { building, compile, docker, RUST } from "./in-containers.ts";

describe.skipIf(docker === null)("in a container", () => {
  // Whatever a program does, the next one compiles, and no container is left.
  afterEach(async () => {
    expect(await containersOf(process.pid)).toEqual([]);
  });

  it("Rust compiles, with a build script and a procedure of the compiler's own", async () => {
    const { module, log } = await compile(building('println!("cargo::rustc-env=BUILT=yes");'));
    expect(WebAssembly.validate(module as BufferSource)).toBe(true);
    expect(log).toContain("Compiling x");
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "Rust",
      { ...RUST, "src/main.rs": "fn main() { missing(); }\n" },
      "error[E0425]: cannot find function `missing`",
    ],
    [
      "Rust without a program",
      { ...RUST, "src/main.rs": "", "src/lib.rs": "" },
      "error[E0601]: `main` function not found",
    ],
    [
      "Go",
      { "go.mod": "module x\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() { missing() }\n" },
      "./main.go:3:15: undefined: missing",
    ],
    [
      "Go of a module that was not fetched",
      {
        "go.mod": "module x\n\ngo 1.24\n\nrequire golang.org/x/text v0.20.0\n",
        "main.go":
          'package main\n\nimport "golang.org/x/text/width"\n\nfunc main() { width.Fold.String("x") }\n',
      },
      "go.sum",
    ],
    [
      "C",
      { "main.c": "int main(void) { return missing; }\n" },
      "main.c:1:25: error: use of undeclared identifier 'missing'",
    ],
    [
      "C, linked",
      { "main.c": "int other(void);\nint main(void) { return other(); }\n" },
      "undefined symbol: other",
    ],
    ["C++", { "main.cpp": "int main() { nothing::at_all(); }\n" }, "main.cpp:1:14: error: use of undeclared"],
    [
      "AssemblyScript",
      { "package.json": "{}", "assembly/index.ts": "let x: i32 = missing;\n" },
      "ERROR TS2304: Cannot find name 'missing'",
    ],
  ])("%s that does not compile gets the compiler's own words", async (_language, files, words) => {
    const { error } = await compile(files);
    expect(error).toMatchObject({ code: "build_failed", message: expect.stringContaining(words) });
  });

  it("two programs are refused by name", async () => {
    const { error } = await compile({ ...RUST, "src/bin/other.rs": "fn main() {}\n" });
    expect(error!.message).toBe("error: expected one program, found 2: other.wasm x.wasm");
  });
});

describe.skipIf(docker === null)("a hostile program", () => {
  afterEach(async () => {
    expect(await containersOf(process.pid)).toEqual([]);
    const { module } = await compile({ "main.c": "int main(void) { return 0; }\n" });
    expect(module).toBeInstanceOf(Uint8Array);
  });

  it("whose build does not end is ended", async () => {
    const { error } = await compile(building("loop { thread::sleep(time::Duration::from_secs(1)) }"), {
      compile_ms: 10_000,
    });
    expect(error).toMatchObject({ code: "build_failed", message: "the compiler took longer than 10 s" });
  });

  it("that forks without end gets no more processes than it may have", async () => {
    const bomb = `let mut children = vec![];
      loop { match Command::new("sleep").arg("100").stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
        Ok(child) => children.push(child),
        Err(error) => panic!("error: stopped at {} processes: {error}", children.len()),
      } }`;
    const { error } = await compile(building(bomb));
    const stopped_at = Number(/stopped at (\d+) processes/.exec(error!.message)?.[1]);
    expect(stopped_at).toBeGreaterThan(100);
    expect(stopped_at).toBeLessThan(LIMITS.container_processes_max);
  });

  it("that forks in every child, and never says a word, is ended with all of them", async () => {
    const script = 'Command::new("sh").args(["-c", "f() { f | f & }; f; sleep 1000"]).status().unwrap();';
    const { error } = await compile(building(script), { compile_ms: 10_000 });
    expect(error).toMatchObject({ code: "build_failed" });
  });

  it("that eats memory is ended", async () => {
    const script = "let mut all = vec![]; loop { all.push(vec![1u8; 1 << 20]); }";
    const { error } = await compile(building(script));
    expect(error).toMatchObject({
      code: "build_failed",
      message: "the compiler used more than 2048 MiB of memory",
    });
  });

  it("that fills the disk fills its own memory only", async () => {
    const script = `let mut file = fs::File::create("/work/big").unwrap();
      loop { if let Err(error) = file.write_all(&[1; 1 << 20]) { panic!("error: {error}") } }`;
    const { error } = await compile(building(script));
    expect(error!.message).toMatch(/No space left on device|more than 2048 MiB of memory/);
  });

  it("that writes anywhere else is refused", async () => {
    const script = `for folder in ["/", "/usr", "/tmp", "/var/tmp", "/etc", "/root"] {
        if fs::write(format!("{folder}/x"), "x").is_ok() { panic!("error: wrote to {folder}") } }`;
    expect((await compile(building(script))).error).toBeUndefined();
  });

  it("that prints a gigabyte is ended", async () => {
    const script = `let mut log = fs::OpenOptions::new().write(true).open("/proc/1/fd/2").unwrap();
      for _ in 0..1024 { log.write_all(&[b'x'; 1 << 20]).unwrap(); }`;
    const { error, log } = await compile(building(script));
    expect(error).toMatchObject({ code: "build_failed", message: "the compiler said more than 16 MiB" });
    expect(log.length).toBeLessThan(LIMITS.container_log_bytes_max);
  });

  it("that prints a gigabyte where the module should come is refused", async () => {
    const script = `let mut module = fs::OpenOptions::new().write(true).open("/proc/1/fd/1").unwrap();
      for _ in 0..1024 { module.write_all(&[0; 1 << 20]).unwrap(); }`;
    const { error } = await compile(building(script));
    expect(error).toMatchObject({ code: "bad_module", message: expect.stringContaining("16 MiB") });
  });

  it("that compiles to 100 MB is refused", async () => {
    const big =
      "static const char big[100000000] = {1};\nint main(int argc, char **argv) { return big[argc]; }\n";
    const { error } = await compile({ "main.c": big });
    expect(error).toMatchObject({ code: "bad_module", message: expect.stringContaining("16 MiB") });
  });

  it("that stops process 1's guard cannot outlive its time", async () => {
    const script =
      'Command::new("sh").args(["-c", "kill -STOP -1; kill -9 1; kill -STOP 1; sleep 1000"]).status().unwrap();';
    const { error } = await compile(building(script), { compile_ms: 8_000 });
    expect(error).toMatchObject({ code: "build_failed", message: "the compiler took longer than 8 s" });
  });

  it("finds no network", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const script = `for address in ["127.0.0.1:${port}", "192.0.2.1:80", "169.254.169.254:80"] {
        if net::TcpStream::connect_timeout(&address.parse().unwrap(), time::Duration::from_secs(2)).is_ok() { panic!("error: connected") } }
      let interfaces = fs::read_to_string("/proc/net/dev").unwrap();
      assert_eq!(interfaces.lines().count(), 3, "error: more than loopback: {interfaces}");`;
    const { error } = await compile(building(script));
    server.close();
    expect(error).toBeUndefined();
    expect(connections).toBe(0);
  });

  it("finds no file, process, device or right of the host", async () => {
    const script = `let id = Command::new("id").arg("-u").output().unwrap();
      assert_eq!(id.stdout, b"65534\\n", "error: not nobody");
      let status = fs::read_to_string("/proc/self/status").unwrap();
      assert!(status.contains("CapEff:\\t0000000000000000") && status.contains("NoNewPrivs:\\t1"), "error: {status}");
      for path in ["/var/run/docker.sock", "/run/docker.sock", "${import.meta.dirname}", "/dev/sda", "/dev/vda", "/dev/mem"] {
        assert!(!std::path::Path::new(path).exists(), "error: {path} is there") }
      let processes = fs::read_dir("/proc").unwrap().filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().parse::<u32>().is_ok()).count();
      assert!(processes < 20, "error: {processes} processes are seen");
      let env: Vec<_> = std::env::vars().filter(|(k, _)| k.contains("TOKEN") || k.contains("SEED")).collect();
      assert!(env.is_empty(), "error: {env:?}");`;
    expect((await compile(building(script))).error).toBeUndefined();
  });

  it("is dropped at once, with the reason, when its build is", async () => {
    const abort = new AbortController();
    const running = compile(building("loop {}"), { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("lease lost")), 3_000);
    expect((await running).error!.message).toBe("lease lost");
  });
});
