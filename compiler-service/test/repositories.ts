import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Real git repositories, and the ways they are served.

const made: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "compiler-test-"));
  made.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface Repository {
  folder: string;
  url: string;
  commit: string;
}

/** Runs git in a folder, without this machine's configuration. */
export function git(folder: string, args: string[], input?: string | Buffer): string {
  const identity = { NAME: "Test", EMAIL: "test@example.invalid", DATE: "2026-01-01T00:00:00Z" };
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  for (const role of ["AUTHOR", "COMMITTER"])
    for (const [key, value] of Object.entries(identity)) env[`GIT_${role}_${key}`] = value;
  return execFileSync("git", ["-C", folder, ...args], { env, input, encoding: "utf8" }).trim();
}

/** A repository with one commit of these files. */
export function makeRepository(files: Record<string, string | Uint8Array>): Repository {
  const folder = temporaryFolder();
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), contents);
  }
  return commitAll(folder);
}

/** Commits all files of a folder. */
export function commitAll(folder: string): Repository {
  git(folder, ["init", "--quiet"]);
  git(folder, ["add", "--all"]);
  git(folder, ["commit", "--quiet", "--allow-empty", "--message", "Test"]);
  return { folder, url: pathToFileURL(folder).href, commit: git(folder, ["rev-parse", "HEAD"]) };
}

export const EXAMPLES = fileURLToPath(new URL("../../wasi-examples/", import.meta.url));

/** A repository made of a folder of wasi-examples. */
export function exampleRepository(example: string): Repository {
  const folder = temporaryFolder();
  cpSync(path.join(EXAMPLES, example), folder, { recursive: true });
  return commitAll(folder);
}

export interface GitServer {
  /** `http://127.0.0.1:port`; a repository is at `/name.git`. */
  url: string;
  close: () => void;
}

/** Serves repositories over smart HTTP, with git's own server program. */
export async function serveRepositories(repositories: Record<string, Repository>): Promise<GitServer> {
  return serve((server) => {
    server.on("request", (request, response) => {
      const url = new URL(request.url!, "http://localhost");
      const [, name, rest] = /^\/([^/]+)\.git(\/.*)$/.exec(url.pathname) ?? [];
      const repository = name === undefined ? undefined : repositories[name];
      if (repository === undefined) return void response.writeHead(404).end();
      const backend = spawn("git", ["http-backend"], {
        env: {
          PATH: process.env.PATH,
          GIT_PROJECT_ROOT: path.join(repository.folder, ".git"),
          GIT_HTTP_EXPORT_ALL: "1",
          PATH_INFO: rest,
          QUERY_STRING: url.search.slice(1),
          REQUEST_METHOD: request.method,
          CONTENT_TYPE: request.headers["content-type"] ?? "",
          HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
          GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        },
      });
      request.pipe(backend.stdin);
      const chunks: Buffer[] = [];
      backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      backend.on("close", () => {
        const answer = Buffer.concat(chunks);
        const end = answer.indexOf("\r\n\r\n");
        const headers = answer
          .toString("latin1", 0, end)
          .split("\r\n")
          .map((line) => line.split(/: */, 2) as [string, string]);
        const status = Number.parseInt(headers.find(([name]) => name === "Status")?.[1] ?? "200", 10);
        response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== "Status")));
        response.end(answer.subarray(end + 4));
      });
    });
  });
}

/** A server on a free port of 127.0.0.1. */
export async function serve(setUp: (server: Server) => void): Promise<GitServer> {
  const server = createServer();
  setUp(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A C program whose every line doubles what the preprocessor has to expand: compiling it would take days. */
export const PREPROCESSOR_BOMB = `#define A0 x
${Array.from({ length: 40 }, (_, i) => `#define A${i + 1} A${i} A${i}`).join("\n")}
A40
int main(void) {}
`;
