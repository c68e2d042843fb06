import { mkdtemp, readdir, rm } from "node:fs/promises";
import path from "node:path";

// Names say which process works there, so that others know when nobody does any more.

/** A new folder of this process. */
export function makeWorkFolder(work_dir: string): Promise<string> {
  return mkdtemp(path.join(work_dir, `fetch-${process.pid}-`));
}

/** Removes the folders of processes that have ended without doing so. */
export async function sweepWork(work_dir: string): Promise<void> {
  for (const name of await readdir(work_dir)) {
    const pid = /^fetch-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(path.join(work_dir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
