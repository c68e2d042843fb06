import type { Build, Product, Refusal } from "./types.ts";

// Who says the same of a source: builders agree on a module, or that there can be none.

/** Products that are the same as the first of the most: these builders agree. */
export function largestGroup({ products }: Pick<Build, "products">): Product[] {
  return largest(products, nameOf);
}

/** Refusals with the code that most of them have. Compilers may differ in their words. */
export function largestRefusal({ refusals }: Build): Refusal[] {
  return largest(refusals, ({ code }) => code);
}

/** How many agree at most. */
export function mostAlike(build: Build): number {
  return Math.max(largestGroup(build).length, largestRefusal(build).length);
}

function largest<T>(all: T[], nameOf: (one: T) => string): T[] {
  const groups = all.map((one) => all.filter((other) => nameOf(other) === nameOf(one)));
  return groups.reduce((most, group) => (group.length > most.length ? group : most), []);
}

/** Whether builders say different things of a source. */
export function isDisputed(build: Build): boolean {
  return build.products.length + build.refusals.length > mostAlike(build);
}

/** Who says what. */
export function describeDispute({ products, refusals }: Build): string {
  const said = [
    ...products.map((product) => `${product.builder} says ${nameOf(product)}`),
    ...refusals.map(({ builder, code, message }) => `${builder} says ${code}: ${message}`),
  ];
  return `builders disagree: ${said.join("; ")}`;
}

function nameOf({ module, ref_commit }: Product): string {
  return ref_commit === null ? module.sha256 : `${module.sha256} of commit ${ref_commit.commit}`;
}
