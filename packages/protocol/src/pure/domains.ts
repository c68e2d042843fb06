/** Domain strings: the first bytes of everything that is hashed or signed. Each appears in the code exactly once, here. */
export const DOMAINS = {
  task: "near-offshore:task:v1",
  attestation: "near-offshore:attestation:v1",
  commitment: "near-offshore:commitment:v1",
  session: "near-offshore:session:v1",
  module: "near-offshore:module:v1",
  ref: "near-offshore:ref:v1",
  link: "near-offshore:link:v1",
} as const;
