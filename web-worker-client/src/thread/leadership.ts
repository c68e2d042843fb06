import type { VolunteerState } from "@near-offshore/volunteer";
import type { Command } from "../messages.ts";

const LOCK = "near-offshore:leader";
const CHANNEL = "near-offshore:leader";

type ChannelMessage =
  | { type: "state"; state: VolunteerState }
  | { type: "command"; command: Command }
  /** A tab that has just come wants to know. */
  | { type: "ask" };

export interface LeadershipListener {
  /** Another tab leads now, or none does any more. */
  onElsewhere(elsewhere: boolean): void;
  /** What the leading tab shows. */
  onState(state: VolunteerState): void;
  /** A tab that does not lead passes its user's wish on to us. */
  onCommand(command: Command): void;
  /** What this tab does, for one that asks. */
  currentState(): VolunteerState;
}

/** One tab of a browser profile computes: the one that holds a Web Lock. The others show what it does and can stop it. */
export interface Leadership {
  /** Becomes the leader; false where another tab is. */
  acquire(): Promise<boolean>;
  release(): void;
  /** To the other tabs: what this one is doing. */
  tell(state: VolunteerState): void;
  /** To the tab that leads. */
  forward(command: Command): void;
}

export async function leadershipOf(listener: LeadershipListener): Promise<Leadership> {
  const channel = new BroadcastChannel(CHANNEL);
  let leading: (() => void) | null = null;
  let elsewhere = false;
  const say = (message: ChannelMessage) => channel.postMessage(message);

  /** Waits in line for the lock, only to learn that its holder is gone. */
  function follow(): void {
    if (elsewhere || leading !== null) return;
    elsewhere = true;
    listener.onElsewhere(true);
    say({ type: "ask" });
    void navigator.locks.request(LOCK, () => {
      elsewhere = false;
      listener.onElsewhere(false);
    });
  }

  channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
    if (leading !== null) {
      if (data.type === "ask") say({ type: "state", state: listener.currentState() });
      if (data.type === "command") listener.onCommand(data.command);
      return;
    }
    // A state that was under way when its tab stopped leading says nothing about now.
    if (data.type !== "state" || data.state.intent === "stopped") return;
    follow();
    listener.onState(data.state);
  };
  const { held = [] } = await navigator.locks.query();
  if (held.some((lock) => lock.name === LOCK)) follow();

  return {
    acquire() {
      if (leading !== null) return Promise.resolve(true);
      return new Promise((resolve) => {
        void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          if (lock === null) return follow();
          return new Promise<void>((done) => {
            leading = done;
          });
        });
      });
    },
    release() {
      leading?.();
      leading = null;
    },
    tell(state) {
      if (leading !== null) say({ type: "state", state });
    },
    forward(command) {
      say({ type: "command", command });
    },
  };
}
