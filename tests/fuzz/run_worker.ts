/**
 * One target in a thread of its own, so that a hang is seen from outside.
 * @module
 */
import { fuzz, type FuzzReport } from "./fuzz_target.ts";
import { targets } from "./targets.ts";

/** What is to be done. */
export interface WorkerTask {
  readonly name: string;
  readonly seed: number;
  readonly inputs: number;
  readonly first: number;
}

/** What the thread says. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "done"; readonly report: FuzzReport }
  | { readonly kind: "failed"; readonly message: string };

/** The thread that started this one. */
const starter = self as unknown as {
  onmessage: (event: MessageEvent<WorkerTask>) => void;
  postMessage(message: WorkerMessage): void;
};

function say(message: WorkerMessage): void {
  starter.postMessage(message);
}

starter.onmessage = async ({ data }: MessageEvent<WorkerTask>): Promise<void> => {
  const target = targets.find(({ name }) => name === data.name)!;
  try {
    const onProgress = (done: number): void => say({ kind: "progress", done });
    say({ kind: "done", report: await fuzz(target, { ...data, onProgress }) });
  } catch (error) {
    const { message, cause } = error as Error;
    say({ kind: "failed", message: `${message}\n${cause instanceof Error ? cause.stack : ""}` });
  }
};
