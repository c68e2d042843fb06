// A chain in this process: blocks are made when a test says so, and its whole state is at hand.
import { Chain, localRpc } from "@near-offshore/local-near";
import { accountRecords, type RpcAnswer, Session, type Snapshot } from "./session.ts";

export class EmbeddedSession extends Session {
  readonly chain: Chain;
  readonly #ask: ReturnType<typeof localRpc>;

  constructor(chain = new Chain()) {
    super();
    this.chain = chain;
    this.#ask = localRpc(chain);
  }

  static async create(account_ids: readonly string[]): Promise<EmbeddedSession> {
    const session = new EmbeddedSession();
    await session.patch(accountRecords(account_ids));
    return session;
  }

  async settle(): Promise<void> {
    this.chain.settle();
  }

  async advanceTo(height: number): Promise<void> {
    while (this.chain.head.height < height) this.chain.produceBlock();
  }

  async skip(blocks: number): Promise<void> {
    this.chain.fastForward(blocks);
  }

  async snapshot(): Promise<Snapshot> {
    const chain = this.chain.fork();
    return async () => new EmbeddedSession(chain.fork());
  }

  protected async ask(method: string, params: object): Promise<RpcAnswer> {
    return (await this.#ask(method, params)) as RpcAnswer;
  }

  protected async nextNonce(account_id: string, public_key: string): Promise<bigint> {
    const { world, mempool } = this.chain.data;
    const known = world.access_keys.get(account_id)?.get(public_key);
    const sent = mempool.filter(({ transaction }) => transaction.signer_id === account_id);
    return (known?.nonce ?? 0n) + BigInt(sent.length) + 1n;
  }

  protected async submit(signed: Uint8Array): Promise<void> {
    this.chain.sendTransaction(signed);
  }
}
