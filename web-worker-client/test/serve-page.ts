import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/**
 * Serves a built page with the headers of its `_headers`, as Cloudflare does, and a made-up `/v1/status`.
 * `before_thread` is JavaScript that runs in the page's thread before its own.
 */
export function pageServer(dist: string, before_thread = "") {
  const rules = readFileSync(path.join(dist, "_headers"), "utf8");
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const pathname = new URL(request.url ?? "/", "http://page").pathname;
    if (pathname === "/v1/status") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(STATUS));
      return true;
    }
    if (pathname.startsWith("/v1/")) return false;
    const file = pathname === "/" ? "/index.html" : pathname;
    try {
      const read = readFileSync(path.join(dist, path.normalize(file)));
      const bytes = /^\/assets\/main-.*\.js$/.test(file) ? before_thread + read : read;
      const type = TYPES[path.extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { ...headersOf(rules, pathname), "content-type": type }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
    return true;
  };
}

const STATUS = {
  contract_id: "offshore.test.near",
  network_id: "local",
  rules_version: 1,
  block_height: 4_812,
  workers_online: 3,
  workers_active: 2,
  tasks: { queued: 1, running: 2, settled: 1_204 },
};

/** Rules that match are joined by a comma where they name the same header, as Cloudflare's static assets do. */
function headersOf(rules: string, pathname: string): Record<string, string> {
  const headers: Record<string, string> = {};
  let matches = false;
  for (const line of rules.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      matches = pathname.startsWith(line.replace(/\*$/, ""));
      continue;
    }
    const [name = "", value = ""] = line.trim().split(/:\s+(.*)/);
    if (matches) headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
