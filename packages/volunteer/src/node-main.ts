// A volunteer in Node, for machines without a browser: prints one line of JSON for each thing that happens.
// node packages/volunteer/src/node-main.ts --coordinator http://127.0.0.1:8787 [--cores 1] [--key FILE]
import { parseArgs } from "node:util";
import { createExecutor } from "@near-offshore/wasi-sandbox/node";
import type { MachineEvent } from "./machine/state.ts";
import { nodeSigner } from "./node-key.ts";
import { createVolunteer, type Volunteer } from "./volunteer.ts";

const USAGE = "usage: node-main.ts --coordinator URL [--cores N] [--key FILE]";

/** How long closing the socket may take before the process ends all the same. */
const EXIT_GRACE_MS = 500;

await main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exit(2);
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { coordinator: { type: "string" }, cores: { type: "string" }, key: { type: "string" } },
  });
  const coordinator_url = values.coordinator ?? "";
  if (!URL.canParse(coordinator_url)) throw new Error("--coordinator is not a URL");
  const cores = Number(values.cores ?? "1");
  if (!Number.isInteger(cores) || cores < 1) throw new Error("--cores is not a positive whole number");

  const signer = await nodeSigner(values.key);
  const volunteer = createVolunteer({
    coordinator_url,
    signer,
    cores,
    executor_factory: createExecutor,
    engine: `node ${process.versions.node}`,
    trace: (event) => {
      const line = describe(event);
      if (line !== null) print(line);
    },
  });
  reportConnection(volunteer);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(volunteer));
  print({ event: "start", public_key: signer.public_key, coordinator_url, cores });
  volunteer.start();
}

function stop(volunteer: Volunteer): void {
  volunteer.stop({ after_current: false });
  const { accepted, rejected, earned_yocto } = volunteer.state.ledger;
  print({ event: "stop", accepted, rejected, earned_yocto });
  setTimeout(() => process.exit(0), EXIT_GRACE_MS).unref();
}

/** One line whenever the connection changes, with the reason where there is one. */
function reportConnection(volunteer: Volunteer): void {
  let before = "";
  volunteer.subscribe(({ link, active, account_id }) => {
    const phase = `${link.phase} ${active}`;
    if (phase === before) return;
    before = phase;
    const why = link.phase === "retrying" ? { until_ms: link.until_ms, ...link.failure } : {};
    print({ event: "connection", phase: link.phase, active, account_id, ...why });
  });
}

/** The line of an event; null for those that nobody needs to read. */
function describe(event: MachineEvent): Record<string, unknown> | null {
  if (event.type === "computed") {
    const { status, instructions } = event.prepared.reveal;
    return { event: "computed", assignment: event.assignment, status, instructions };
  }
  if (event.type === "not_computed")
    return { event: "released", assignment: event.assignment, reason: event.reason, ...event.failure };
  if (event.type === "bad_frame") return { event: "bad_frame", message: event.message };
  if (event.type !== "frame") return null;
  const { frame } = event;
  switch (frame.type) {
    case "assign":
      return {
        event: "assigned",
        assignment: frame.assignment,
        epoch: frame.epoch,
        request_id: frame.task.request_id,
        module_sha256: frame.module,
      };
    case "open":
    case "cancel":
    case "verdict":
    case "error": {
      const { v: _v, type, ...fields } = frame;
      return { event: type, ...fields };
    }
    default:
      return null;
  }
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}
