import { randomBytes } from "node:crypto";
import { signerFromSeed } from "@near-offshore/protocol";
import { createVolunteer, type ExecutorFactory } from "@near-offshore/volunteer";
import { createExecutor } from "@near-offshore/wasi-sandbox/node";

export interface Liar {
  readonly public_key: string;
  /** Resolves when the liar has been given its first assignment. */
  readonly assigned: Promise<void>;
  /** Wrong outcomes it has computed, each then committed, revealed and validly signed. */
  lies(): number;
  stop(): Promise<void>;
}

/** An honest worker in all but its outputs: the protocol is kept to the letter, and the answer is made up. */
export async function startLiar(coordinator_url: string): Promise<Liar> {
  let lies = 0;
  let tell = () => {};
  const assigned = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const executor_factory: ExecutorFactory = () => {
    const honest = createExecutor();
    return {
      run: (task) => {
        tell();
        const { result, instructions } = honest.run(task);
        const output = new TextEncoder().encode('{"random_number":1000000}');
        const lie = result.then((outcome) => {
          lies += 1;
          return { ...outcome, output };
        });
        return { result: lie, instructions };
      },
      stop: () => honest.stop(),
    };
  };
  const signer = signerFromSeed(new Uint8Array(randomBytes(32)));
  const volunteer = createVolunteer({ coordinator_url, signer, executor_factory, cores: 1 });
  volunteer.start();
  return {
    public_key: signer.public_key,
    assigned,
    lies: () => lies,
    stop: async () => volunteer.stop({ after_current: false }),
  };
}
