// What the browser tests run in a page: tasks in executors of the page's own, or of a worker of the page, which the page starts.
import { createExecutor } from "../../src/web.ts";
import { hostExecutors } from "../../src/web-host.ts";
import { type BrowserTask, runTasks } from "./tasks.ts";

export interface EntryInput {
  tasks: BrowserTask[];
  whose: "page" | "worker";
}

export function run({ tasks, whose }: EntryInput): Promise<unknown[]> {
  if (whose === "page") return runTasks(createExecutor(), tasks);
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    const { port1, port2 } = new MessageChannel();
    hostExecutors(port1);
    worker.postMessage(tasks, [port2]);
  });
}
