// Views and calls on the embedded chain.
import type { Bench } from "./bench.ts";

const VIEWS = "10000";
const TRANSACTIONS = "1000";

export const bench: Bench = {
  about: "views and calls of this network's contract on the embedded chain, without HTTP",
  options: {
    views: `N: view calls to time (${VIEWS})`,
    transactions: `N: transactions to time, one by one and then together (${TRANSACTIONS})`,
  },
  run: async ({ views = VIEWS, transactions = TRANSACTIONS }) => {
    const { measure } = await import("./local-near-calls.ts");
    return measure(Number(views), Number(transactions));
  },
};
