import { LIMITS } from "@near-offshore/protocol/pure";
import { integer, type Json } from "./checks.ts";

export interface Page {
  from_index: number;
  limit: number;
}

/** `from_index` (items to skip, default 0) and `limit` (default and at most 100) of a list's view. */
export function parsePage(args: Json): Page {
  return {
    from_index: integer(args.from_index ?? 0, "from_index", 0, Number.MAX_SAFE_INTEGER),
    limit: integer(args.limit ?? LIMITS.page_items_max, "limit", 1, LIMITS.page_items_max),
  };
}
