// A worker of the page that runs tasks in executors.
import { remoteExecutors } from "../../src/web.ts";
import { type BrowserTask, runTasks } from "./tasks.ts";

addEventListener("message", async ({ data, ports: [port] }: MessageEvent<BrowserTask[]>) => {
  postMessage(await runTasks(remoteExecutors(port!)(), data));
});
