import { expect, it } from "vitest";
import { findEngine } from "./engine.ts";

it.each(["/var/run/docker.sock", "ssh://machine"])(
  "refuses the address %s, and says what one is",
  async (host) => {
    await expect(findEngine(host)).rejects.toMatchObject({
      code: "invalid_argument",
      message: `DOCKER_HOST is ${host}; expected unix:///path or tcp://host:port`,
    });
  },
);

it.each(["unix:///nothing/here", "tcp://127.0.0.1:1"])(
  "finds none where nothing answers: %s",
  async (host) => {
    expect(await findEngine(host)).toBeNull();
  },
);
