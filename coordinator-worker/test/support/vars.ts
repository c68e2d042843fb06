// Configuration of the coordinator under test. Keys are made up for these tests and open nothing.

export const ORIGIN = "http://coordinator.test";
export const COMPILER_TOKEN = "compiler-token-of-the-tests";

/** The builder that the contract trusts, as `signer(BUILDER)`. */
export const BUILDER = 50;

export const VARS = {
  CONTRACT_ID: "offshore.local",
  /** Nothing listens there; replaced by the chain's address where there is one. */
  RPC_URLS: "http://127.0.0.1:9",
  OPERATOR_ACCOUNT_ID: "operator.local",
  OPERATOR_PRIVATE_KEY: "",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
  /** sha256 of COMPILER_TOKEN. */
  COMPILER_TOKENS: "",
  COORDINATOR_ORIGIN: ORIGIN,
  POLL_MS: "50",
};
