import { receiveFrame } from "./assignments.ts";
import { claimBuild, completeBuild, failBuild, keepBuild, releaseBuild } from "./builds.ts";
import { faultsHanded, settlementDone, settlementHanded, settlementRefused } from "./settlement.ts";
import { closeTask, openTask, seeHead } from "./tasks.ts";
import { tick } from "./time.ts";
import { newTurn, type Turn } from "./turn.ts";
import type { Event, Ports, State } from "./types.ts";
import { checkWorkers, connectWorker, disconnectWorker, restart } from "./workers.ts";

/**
 * Applies one event. The state is changed in place (copying thousands of records for each frame would be the
 * bottleneck), and nothing else: no clock, no randomness, no I/O but what `ports` gives. The caller stores what was
 * `touched` before it carries out `effects`.
 */
export function step(state: State, event: Event, now_ms: number, ports: Ports): Turn {
  const turn = newTurn(state, ports, now_ms);
  apply(turn, event);
  return turn;
}

function apply(turn: Turn, event: Event) {
  switch (event.type) {
    case "request_opened":
      return openTask(turn, event.request);
    case "request_closed":
      return closeTask(turn, event.request_id);
    case "chain_head":
      return seeHead(turn, event.block_height);
    case "worker_connected":
      return connectWorker(turn, event);
    case "worker_disconnected":
      return disconnectWorker(turn, event.public_key);
    case "workers_checked":
      return checkWorkers(turn, event.workers);
    case "frame":
      return receiveFrame(turn, event.worker, event.frame);
    case "build_claimed":
      return claimBuild(turn, event);
    case "build_alive":
      return keepBuild(turn, event);
    case "build_completed":
      return completeBuild(turn, event);
    case "build_released":
      return releaseBuild(turn, event);
    case "build_failed":
      return failBuild(turn, event);
    case "settlement_handed":
      return settlementHanded(turn, event.request_id);
    case "faults_handed":
      return faultsHanded(turn, event.request_id);
    case "settlement_done":
      return settlementDone(turn, event);
    case "settlement_refused":
      return settlementRefused(turn, event);
    case "restarted":
      return restart(turn, event.connected);
    case "tick":
      return tick(turn);
  }
}
