// Builders, and what sources compile to.
import { builderSignature, hex32, publicKey } from "@near-offshore/protocol";
import * as z from "zod";
import { call, HASH, KEY, type Method, payable, REPOSITORY, repository, SIGNATURE, view } from "./method.ts";

export const modules: Record<string, Method> = {
  set_builders: call(
    "owner",
    "Whose signatures publish a module, and how many it takes.",
    z.object({ builders: z.array(publicKey).min(1).max(20), min_builders: z.int().min(1) }),
    { builders: [KEY], min_builders: 1 },
  ),
  publish_module: payable(
    call(
      "anyone",
      "Publishes what a repository at a commit compiles to, with the builders' signatures. Written once.",
      z.object({
        source: repository,
        module_sha256: hex32,
        signatures: z.array(builderSignature).min(1).max(20),
      }),
      { source: REPOSITORY, module_sha256: HASH, signatures: [{ builder: KEY, signature: SIGNATURE }] },
    ),
    "prepays storage (0.005 NEAR is used)",
    "0.005",
  ),
  get_module: view("The published module's hash, or null.", z.object({ source: repository }), {
    source: REPOSITORY,
  }),
};
