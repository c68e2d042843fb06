import { createRoute } from "@hono/zod-openapi";
import {
  challengeBody,
  challengeReply,
  implicitAccount,
  OffshoreError,
  sessionBody,
  sessionChallengeMessage,
  sessionReply,
  verifySignature,
} from "@near-offshore/protocol";
import { readConfig } from "../../config.ts";
import { BOUNDS } from "../../limits.ts";
import { challengeNonce, isChallengeNonce, makeSessionToken } from "../../sessions/tokens.ts";
import { errors } from "../errors.ts";
import { answers, json, type newApp } from "../types.ts";

const challenge = createRoute({
  method: "post",
  path: "/v1/auth/challenge",
  request: { body: { content: json(challengeBody), required: true } },
  responses: { ...answers(challengeReply, "What to sign."), ...errors("invalid_argument", "invalid_json") },
});
const session = createRoute({
  method: "post",
  path: "/v1/auth/session",
  request: { body: { content: json(sessionBody), required: true } },
  responses: {
    ...answers(sessionReply, "A bearer token for `hello`, bound to the key."),
    ...errors("invalid_argument", "invalid_json", "unauthorized", "session_expired", "bad_signature"),
  },
});

export function addSessionRoutes(app: ReturnType<typeof newApp>): void {
  app.openapi(challenge, async (c) => {
    const config = readConfig(c.env);
    const { public_key } = c.req.valid("json");
    const expires_ms = Date.now() + BOUNDS.challenge_life_ms;
    const nonce = await challengeNonce(config, public_key, expires_ms);
    return c.json({ coordinator_origin: config.coordinator_origin, nonce, expires_ms }, 200);
  });

  app.openapi(session, async (c) => {
    const config = readConfig(c.env);
    const { public_key, nonce, expires_ms, signature } = c.req.valid("json");
    if (expires_ms < Date.now())
      throw new OffshoreError("session_expired", "the challenge is over: ask for another");
    if (!(await isChallengeNonce(config, public_key, expires_ms, nonce)))
      throw new OffshoreError("unauthorized", "nonce: not one that was given to this key");
    const { coordinator_origin } = config;
    const worker_key = implicitAccount(public_key);
    const message = sessionChallengeMessage({ coordinator_origin, worker_key, nonce, expires_ms });
    if (!verifySignature(signature, message, public_key))
      throw new OffshoreError("bad_signature", "signature: does not verify over the challenge");
    const made = await makeSessionToken(config, public_key);
    return c.json({ ...made, account_id: worker_key }, 200);
  });
}
