import {
  bytesToHex,
  challengeReply,
  fromNearText,
  OffshoreError,
  type Signer,
  sessionChallengeMessage,
  sessionReply,
} from "@near-offshore/protocol";
import { type Fetch, postJson } from "./http.ts";
import type { Session } from "./machine/state.ts";

/**
 * Opens a session: fetches a challenge, signs it, trades it for a token.
 * @throws OffshoreError `forbidden` where the challenge names another origin than the one that was called: signing it
 * would let this coordinator pose as us there. CallError where a call fails.
 */
export async function openSession(
  { coordinator_url, signer, fetch }: { coordinator_url: URL; signer: Signer; fetch: Fetch },
  signal: AbortSignal,
): Promise<Session> {
  const { public_key } = signer;
  const challenge_url = new URL("/v1/auth/challenge", coordinator_url);
  const challenge = await postJson(fetch, challenge_url, { public_key }, challengeReply, signal);
  const { coordinator_origin, nonce, expires_ms } = challenge;
  if (coordinator_origin !== coordinator_url.origin)
    throw new OffshoreError(
      "forbidden",
      `the coordinator at ${coordinator_url.origin} asked us to sign for ${coordinator_origin}; refused`,
    );
  const worker_key = bytesToHex(fromNearText(public_key, 32));
  const signature = await signer.sign(
    sessionChallengeMessage({ coordinator_origin, worker_key, nonce, expires_ms }),
  );
  const session_url = new URL("/v1/auth/session", coordinator_url);
  const answer = { public_key, nonce, expires_ms, signature };
  return await postJson(fetch, session_url, answer, sessionReply, signal);
}
