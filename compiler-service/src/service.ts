import { setTimeout as sleep } from "node:timers/promises";
import {
  type BuildClaim,
  FAILURE_CODES,
  type FailureCode,
  hexToBytes,
  modulePublicationDigest,
  OffshoreError,
  refCommitDigest,
  type Signer,
} from "@near-offshore/protocol";
import { type BuiltModule, buildModule, NoToolchain, type Workshop } from "./build.ts";
import { BuildLog } from "./build-log.ts";
import type { Completion, CoordinatorClient } from "./coordinator.ts";
import { Lease } from "./lease.ts";
import { LIMITS } from "./limits.ts";
import { sha256Hex } from "./sha256.ts";

export interface ServiceOptions {
  coordinator: CoordinatorClient;
  workshop: Workshop;
  builder: Signer;
  poll_ms: number;
  /** Takes this machine's paths out of what is told to others. */
  clean: (text: string) => string;
  /** One line for the operator. */
  say: (line: string) => void;
}

/** What the service is at, for `/health`. */
export interface ServiceState {
  building: string | null;
  built: number;
  failed: number;
  /** The last call's error, while there is one. */
  coordinator_error: string | null;
}

/** Claims builds and does them, one at a time, until told to stop. */
export class CompilerService {
  readonly state: ServiceState = { building: null, built: 0, failed: 0, coordinator_error: null };
  private readonly options: ServiceOptions;

  constructor(options: ServiceOptions) {
    this.options = options;
  }

  /** Resolves when the signal is aborted and the build in progress, if any, is dropped. */
  async run(signal: AbortSignal): Promise<void> {
    let errors = 0;
    while (!signal.aborted) {
      try {
        const claim = await this.claim();
        if (this.state.coordinator_error !== null) this.options.say("the coordinator answers again");
        this.state.coordinator_error = null;
        errors = 0;
        if (claim !== null) await this.build(claim, signal);
        else await pause(this.options.poll_ms, signal);
      } catch (error) {
        if (signal.aborted) return;
        const message = (error as Error).message;
        if (message !== this.state.coordinator_error) this.options.say(message);
        this.state.coordinator_error = message;
        await pause(Math.min(this.options.poll_ms * 2 ** errors++, LIMITS.poll_error_ms_max), signal);
      }
    }
  }

  private claim(): Promise<BuildClaim | null> {
    const { coordinator, builder, workshop } = this.options;
    return coordinator.claim(builder.public_key, [...workshop.backend.toolchains.keys()]);
  }

  private async build(claim: BuildClaim, stop: AbortSignal): Promise<void> {
    const { coordinator, workshop, clean, say } = this.options;
    this.state.building = claim.build_id;
    say(`building ${claim.build_id}: ${JSON.stringify(claim.source)}`);
    const lease = new Lease(coordinator, claim);
    const log = new BuildLog((text) => coordinator.log(claim, text), clean);
    const signal = AbortSignal.any([stop, lease.lost]);
    try {
      const built = await buildModule(claim.source, workshop, (text) => log.write(text), signal);
      await this.deliver(claim, built, log);
      this.state.built++;
      say(`built ${claim.build_id}`);
    } catch (error) {
      if (signal.aborted) return say(`dropped ${claim.build_id}: ${signal.reason?.message ?? "stopping"}`);
      const { code, message } = failureOf(error);
      log.write(`${code}: ${message}\n`);
      await log.end();
      if (error instanceof NoToolchain) {
        await coordinator.release(claim, error.language);
        return say(`handed back ${claim.build_id}: ${message}`);
      }
      await coordinator.fail(claim, code, clean(message).slice(0, LIMITS.failure_message_chars_max));
      this.state.failed++;
      say(`failed ${claim.build_id}: ${code}`);
    } finally {
      lease.end();
      this.state.building = null;
    }
  }

  private async deliver(claim: BuildClaim, built: BuiltModule, log: BuildLog): Promise<void> {
    const { coordinator } = this.options;
    const { module, commit, toolchain, image, tree, timings_ms } = built;
    const module_sha256 = sha256Hex(module);
    const publication = await this.publication(claim, commit, module_sha256);
    const ref_commit = await this.refCommit(claim, commit);
    log.write(`Module ${module_sha256}, ${module.length} bytes\n`);
    const start_ms = performance.now();
    await coordinator.upload(module_sha256, module);
    timings_ms.upload = Math.round(performance.now() - start_ms);
    await log.end();
    const module_bytes = module.length;
    const provenance = { toolchain, image, tree };
    const record = { module_sha256, module_bytes, publication, ref_commit, ...provenance, timings_ms };
    await coordinator.complete(claim, record);
  }

  /** The builder's word that this source compiles to this module; null where the source pins the hash itself. */
  private async publication(
    claim: BuildClaim,
    commit: string | null,
    module_sha256: string,
  ): Promise<Completion["publication"]> {
    if (!("GitHub" in claim.source) || commit === null) return null;
    // Its `module_sha256` is one request's condition; a build serves every request of the source.
    const { repo, build_target } = claim.source.GitHub;
    const digest = modulePublicationDigest({
      contract_id: claim.contract_id,
      repo,
      commit,
      build_target,
      module_sha256,
    });
    const { builder } = this.options;
    return { builder: builder.public_key, signature: await builder.sign(hexToBytes(digest)) };
  }

  /** The builder's word that this is the commit that the request's branch or tag named; null where it names a commit itself. */
  private async refCommit(claim: BuildClaim, commit: string | null): Promise<Completion["ref_commit"]> {
    const { contract_id, request_id, source } = claim;
    if (!("GitHub" in source) || commit === null || request_id === null) return null;
    const { repo, commit: ref } = source.GitHub;
    const digest = refCommitDigest({ contract_id, request_id, repo, ref, commit });
    return { commit, signature: await this.options.builder.sign(hexToBytes(digest)) };
  }
}

function failureOf(error: unknown): { code: FailureCode; message: string } {
  if (error instanceof OffshoreError && error.code in FAILURE_CODES)
    return { code: error.code as FailureCode, message: error.message };
  return { code: "unavailable", message: `the compiler service failed: ${(error as Error).message}` };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
