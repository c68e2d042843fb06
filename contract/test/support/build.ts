import { buildContracts } from "../../build/build.ts";

/** Tests run the contracts' own WebAssembly, so it has to be there and to be this source's. */
export async function setup(): Promise<void> {
  await buildContracts();
}
