// The compiler service. Configured by its environment: see config.ts and README.md.
import path from "node:path";
import { OffshoreError, signerFromSeed } from "@near-offshore/protocol";
import { openBackend } from "./backends/open.ts";
import { pathHider } from "./build-log.ts";
import { openCaches } from "./caches.ts";
import { readConfig } from "./config.ts";
import { CoordinatorClient } from "./coordinator.ts";
import { serveHealth } from "./health.ts";
import { CompilerService } from "./service.ts";
import { expectGit } from "./sources/git-command.ts";

async function main(): Promise<void> {
  const config = readConfig(process.env);
  await expectGit();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

  const backend = await openBackend(config, say);
  const builder = signerFromSeed(config.builder_seed);
  const service = new CompilerService({
    coordinator: new CoordinatorClient(config.coordinator_url, config.compiler_token),
    workshop: {
      backend,
      caches: openCaches(config.cache_dir),
      policy: config.sources,
      work_dir: path.join(config.cache_dir, "work"),
    },
    builder,
    poll_ms: config.poll_ms,
    clean: pathHider(config.cache_dir),
    say,
  });
  const { toolchains } = backend;
  const health =
    config.health_port === null
      ? null
      : await serveHealth(config.health_port, service, { builder: builder.public_key, toolchains });
  if (health !== null) say(`health at ${health.url}/health`);
  say(`builder ${builder.public_key}, backend ${backend.name}, builds ${[...toolchains.keys()].join(", ")}`);
  await service.run(stop.signal);
  health?.close();
  await backend.close();
}

function say(line: string): void {
  process.stdout.write(`compiler: ${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `compiler: ${error instanceof OffshoreError ? error.message : (error as Error).stack}\n`,
  );
  process.exitCode = 1;
});
