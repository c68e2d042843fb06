// An embedded NEAR chain for development and tests. It is not a node.
export { Chain, type ChainOptions } from "./chain/chain.ts";
export type { ChainConfig, ChainData } from "./chain/chain-data.ts";
export type { GenesisAccount } from "./chain/genesis.ts";
export { UnknownAccount, ViewCallFailed, type ViewResult } from "./chain/view-call.ts";
export { verifyEd25519 } from "./encoding/ed25519.ts";
export { keyPairFromSeed } from "./encoding/keys.ts";
export { InvalidTransaction } from "./errors.ts";
export { startNearSandbox } from "./near-sandbox.ts";
export * as parameters from "./parameters.ts";
export { localRpc } from "./rpc/dispatch.ts";
export { type LocalNear, type LocalNearOptions, startLocalNear } from "./start.ts";
export { type RpcChain, startChain } from "./start-chain.ts";
export type * from "./types.ts";
