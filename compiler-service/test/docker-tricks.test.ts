// Containers: what a program's files ask of its tools, and what its build script asks of the kernel, is not given.
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { containersOf, engine } from "./backends.ts";
import { building, compile, docker, RUST } from "./in-containers.ts";

const GO = { "go.mod": "module x\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() {}\n" };

afterEach(async () => {
  if (docker !== null) expect(await containersOf(process.pid)).toEqual([]);
});

describe.skipIf(docker === null)("a build script", () => {
  it("runs under the kernel's filter, and can make no namespace, mount or device", async () => {
    const script = `let status = fs::read_to_string("/proc/self/status").unwrap();
      assert!(status.contains("Seccomp:\\t2"), "error: no filter: {status}");
      for command in ["unshare --user --map-root-user true", "unshare --net true", "mount -t tmpfs none /work/home",
          "mknod /work/home/sda b 8 0", "chroot / true", "su -c true", "dmesg"] {
        let mut words = command.split(' ');
        if Command::new(words.next().unwrap()).args(words).status().map_or(false, |status| status.success()) { panic!("error: {command}") } }`;
    expect((await compile(building(script))).error).toBeUndefined();
  });

  it("sees masks where the kernel tells of the host, and can set nothing", async () => {
    const script = `for path in ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware", "/proc/acpi"] {
        let size = fs::read(path).map_or(0, |bytes| bytes.len()) + fs::read_dir(path).map_or(0, |entries| entries.count());
        assert_eq!(size, 0, "error: {path} tells something") }
      for path in ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/fs/cgroup/cgroup.procs", "/proc/self/oom_score_adj"] {
        assert!(fs::write(path, "-1").is_err(), "error: {path} can be written") }`;
    expect((await compile(building(script))).error).toBeUndefined();
  });

  it("has an environment that tells of nothing but the container", async () => {
    const script = `let mut names: Vec<_> = fs::read_to_string("/proc/1/environ").unwrap().split('\\0')
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.to_string())).collect();
      names.sort();
      assert_eq!(names.join(" "), "HOME HOSTNAME LC_ALL PATH TMPDIR", "error: more");`;
    expect((await compile(building(script))).error).toBeUndefined();
  });

  it("leaves no volume, network or image behind", async () => {
    const count = async () => {
      const { Volumes } = await engine!.docker.listVolumes();
      const [networks, images] = await Promise.all([
        engine!.docker.listNetworks(),
        engine!.docker.listImages({ all: true }),
      ]);
      return [(Volumes ?? []).length, networks.length, images.length];
    };
    const before = await count();
    await compile(building('fs::write("/work/home/x", "x").unwrap();'));
    expect(await count()).toEqual(before);
  });
});

describe.skipIf(docker === null)("cargo", () => {
  it("has our flags and linker, whatever the repository's configuration says", async () => {
    const config = `[build]\nrustflags = ["--cfg", "evil"]\ntarget-dir = "/work/elsewhere"\n
      [target.wasm32-wasip1]\nlinker = "/bin/false"\nrustflags = ["--cfg", "evil"]\n
      [net]\noffline = false\n[source.crates-io]\nreplace-with = "evil"\n[source.evil]\nregistry = "https://127.0.0.1/"\n`;
    const main = 'fn main() { if cfg!(evil) { println!("evil") } else { println!("hello") } }\n';
    const hash = async (more: Record<string, string>) => {
      const { module, error } = await compile({ ...RUST, "src/main.rs": main, ...more });
      expect(error).toBeUndefined();
      return createHash("sha256").update(module!).digest("hex");
    };
    const toolchain = '[toolchain]\nchannel = "nightly"\n';
    expect(await hash({ ".cargo/config.toml": config, "rust-toolchain.toml": toolchain })).toBe(
      await hash({}),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a crate outside of the repository",
      { "Cargo.toml": `${RUST["Cargo.toml"]}[dependencies]\ny = { path = "../../etc" }\n` },
      "/etc",
    ],
    ["a workspace outside of it", { "Cargo.toml": `${RUST["Cargo.toml"]}workspace = "../../etc"\n` }, "/etc"],
    [
      "a program outside of it",
      { "Cargo.toml": `${RUST["Cargo.toml"]}[[bin]]\nname = "x"\npath = "/etc/passwd"\n` },
      "error",
    ],
    [
      "a linker script of flags",
      { "build.rs": 'fn main() { println!("cargo::rustc-link-arg=/nothing/here.o"); }\n' },
      "/nothing/here.o",
    ],
  ])("finds no %s", async (_what, files, words) => {
    const { error } = await compile({ ...RUST, ...files });
    expect(error).toMatchObject({ code: "build_failed", message: expect.stringContaining(words) });
  });
});

describe.skipIf(docker === null)("go", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "embeds no file from outside",
      {
        "main.go":
          'package main\n\nimport _ "embed"\n\n//go:embed /etc/passwd\nvar a string\n\nfunc main() { println(a) }\n',
      },
      "invalid pattern syntax",
    ],
    [
      "embeds none from above",
      {
        "main.go":
          'package main\n\nimport _ "embed"\n\n//go:embed ../../etc/passwd\nvar a string\n\nfunc main() { println(a) }\n',
      },
      "invalid pattern syntax",
    ],
    [
      "runs no C compiler",
      { "main.go": 'package main\n\n// #cgo LDFLAGS: -fplugin=evil.so\nimport "C"\n\nfunc main() {}\n' },
      "build constraints exclude all Go files",
    ],
    [
      "fetches no other Go",
      { "go.mod": "module x\n\ngo 1.99\n\ntoolchain go1.99.1\n" },
      "go.mod requires go >= 1.99",
    ],
    [
      "takes no module from a folder outside",
      {
        "go.mod": "module x\n\ngo 1.24\n\nrequire y v0.0.0\n\nreplace y => ../../etc\n",
        "main.go": 'package main\n\nimport _ "y"\n\nfunc main() {}\n',
      },
      "/etc",
    ],
  ])("%s", async (_what, files, words) => {
    const { error } = await compile({ ...GO, ...files });
    expect(error).toMatchObject({ code: "build_failed", message: expect.stringContaining(words) });
  });

  it("is told its settings by us alone", async () => {
    const evil = "GOFLAGS=-toolexec=/bin/false\nGOPROXY=direct\n";
    const { error } = await compile({
      ...GO,
      "go.env": evil,
      ".config/go/env": evil,
      "go.work": "go 1.24\n\nuse ../../etc\n",
    });
    expect(error).toBeUndefined();
  });
});

describe.skipIf(docker === null)("AssemblyScript's packages", () => {
  it("are compiled, not run", async () => {
    const evil = 'require("fs").writeFileSync("/work/ran", "x"); process.exit(3);';
    const files = {
      "package.json": '{"scripts":{"preinstall":"exit 3"},"main":"evil.js","ascMain":"evil.js"}',
      "asconfig.json": '{"options":{"transform":["./evil.js"]},"extends":"./evil.json"}',
      "evil.js": evil,
      "node_modules/as-x/package.json": '{"main":"index.js"}',
      "node_modules/as-x/index.js": evil,
      "node_modules/as-x/index.ts": "export const x = 1;",
      "assembly/index.ts": 'import { x } from "as-x";\nif (x != 1) unreachable();\n',
    };
    expect((await compile(files)).error).toBeUndefined();
  });
});
