// The page's dedicated thread: the volunteer with its socket and timers, which browsers slow down in pages out of sight.
import { OffshoreError } from "@near-offshore/protocol";
import { createVolunteer, type Failure, type Volunteer } from "@near-offshore/volunteer";
import { remoteExecutors } from "@near-offshore/wasi-sandbox/web";
import { PAGE_LIMITS } from "../limits.ts";
import { type Command, EMPTY_STATE, type ThreadState } from "../messages.ts";
import { openDatabase } from "./database.ts";
import { profileSigner } from "./key.ts";
import { type Leadership, leadershipOf } from "./leadership.ts";
import { ledgerSaver, loadLedger } from "./ledger-store.ts";
import { storedModuleCache } from "./module-cache.ts";
import { watchNetwork } from "./network.ts";
import { atMostEvery } from "./throttle.ts";

type Open = Extract<Command, { type: "open" }>;

let state: ThreadState = EMPTY_STATE;
const post = atMostEvery(PAGE_LIMITS.state_every_ms, () => postMessage(state));

function update(change: Partial<ThreadState>): void {
  state = { ...state, ...change };
  post();
}

addEventListener("message", ({ data }: MessageEvent<Command>) => {
  if (data.type !== "open") return;
  open(data).catch((error) => update({ fatal: failureOf(error) }));
});

async function open({ coordinator_url, engine, cores, cores_max, executors }: Open): Promise<void> {
  const network = watchNetwork(coordinator_url, (status) => update({ network: status }));
  // Commands that come while the key is being made wait for it.
  const waiting: Command[] = [];
  let obey = (command: Command): void => void waiting.push(command);
  addEventListener("message", ({ data }: MessageEvent<Command>) => {
    if (data.type === "visible") network.setVisible(data.visible);
    else if (data.type !== "open") obey(data);
  });

  const executor_factory = remoteExecutors(executors);
  const database = await openDatabase();
  const signer = await profileSigner(database);
  const module_cache = await storedModuleCache();
  const tell = atMostEvery(PAGE_LIMITS.state_every_ms, () => leadership.tell(volunteer.state));

  /** A volunteer that stands still and knows the verdicts of every tab so far. */
  async function newVolunteer(cores: number): Promise<Volunteer> {
    const ledger = await loadLedger(database);
    const save = ledgerSaver(database, ledger);
    const options = {
      coordinator_url,
      signer,
      engine,
      cores,
      cores_max,
      ledger,
      executor_factory,
      module_cache,
    };
    const made = createVolunteer(options);
    made.subscribe((current) => {
      save(current.ledger);
      tell();
      if (current.intent === "stopped") leadership.release();
      if (!state.elsewhere) update({ volunteer: current });
    });
    return made;
  }

  let volunteer = await newVolunteer(cores);
  update({ volunteer: volunteer.state });
  const leadership = await leadershipOf({
    async onElsewhere(elsewhere) {
      if (!elsewhere) volunteer = await newVolunteer(volunteer.state.cores);
      update({ elsewhere, volunteer: volunteer.state });
    },
    onState: (leader) => update({ volunteer: leader }),
    onCommand: (command) => obey(command),
    currentState: () => volunteer.state,
  });
  addEventListener("online", () => volunteer.retryNow());

  obey = (command) => void carryOut(command, volunteer, leadership);
  for (const command of waiting) obey(command);
}

async function carryOut(command: Command, volunteer: Volunteer, leadership: Leadership): Promise<void> {
  if (state.elsewhere) return leadership.forward(command);
  switch (command.type) {
    case "start":
      if (await leadership.acquire()) volunteer.start();
      break;
    case "stop":
      volunteer.stop(command);
      break;
    case "cores":
      volunteer.setCores(command.cores);
      break;
    case "retry_now":
      volunteer.retryNow();
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof OffshoreError)
    return { code: error.code, message: error.message, retryable: error.retryable };
  const message = `this browser does not let the page keep a key (${error}); private windows may not, other windows do`;
  return { code: "not_supported", message, retryable: false };
}
