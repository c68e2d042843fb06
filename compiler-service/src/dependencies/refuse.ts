import { OffshoreError } from "@near-offshore/protocol";

export function refuse(why: string): OffshoreError {
  return new OffshoreError("build_failed", `dependencies refused: ${why}`);
}
