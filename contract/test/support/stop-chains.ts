// A chain that a test started ends with it: near-sandbox is a process, and a big one.
import { afterEach } from "vitest";
import { stopChains } from "./rpc-session.ts";

afterEach(stopChains);
