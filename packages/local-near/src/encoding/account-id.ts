// Account names: which are valid, who may create which, which are implicit.

const ACCOUNT_ID = /^(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;
const NEAR_IMPLICIT = /^[0-9a-f]{64}$/;
const ETH_IMPLICIT = /^0x[0-9a-f]{40}$/;

/** 2 to 64 characters of lower-case letters, digits and single separators. */
export function isValidAccountId(account_id: string): boolean {
  return account_id.length >= 2 && account_id.length <= 64 && ACCOUNT_ID.test(account_id);
}

/** 64 hexadecimal characters: the account of the Ed25519 key that it spells. */
export function isNearImplicit(account_id: string): boolean {
  return NEAR_IMPLICIT.test(account_id);
}

/** Ethereum-style implicit accounts exist on the live networks; local-near refuses to create them. */
export function isEthImplicit(account_id: string): boolean {
  return ETH_IMPLICIT.test(account_id);
}

export function isTopLevel(account_id: string): boolean {
  return account_id !== "system" && !account_id.includes(".");
}

/** `a.b` is a sub-account of `b`; `a.b.c` is not one of `c`. */
export function isSubAccountOf(account_id: string, parent_id: string): boolean {
  if (!account_id.endsWith(`.${parent_id}`)) return false;
  return !account_id.slice(0, -parent_id.length - 1).includes(".");
}
