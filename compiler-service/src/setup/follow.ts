import { OffshoreError } from "@near-offshore/protocol";
import type Docker from "dockerode";

interface Progress {
  stream?: string;
  error?: string;
}

/** Waits for the end of what the engine tells of in lines of JSON: a build, an import. @throws OffshoreError `toolchain_unavailable` */
export async function followEngine(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onText: (text: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (failure: Error | null) => (failure ? reject(failed(failure.message)) : resolve()),
      ({ stream: text, error }: Progress) => {
        if (error !== undefined) reject(failed(error));
        if (text !== undefined) onText(text);
      },
    );
  });
}

function failed(why: string): OffshoreError {
  return new OffshoreError("toolchain_unavailable", `the container engine: ${why}`);
}
