/**
 * More than 200 books of three venues in one process: how long it takes until all may be used, and what they cost in
 * processor time and memory. Venues and clients run in threads of their own; all figures are those of the client's
 * thread, except for the resident memory, which is that of the process. The time is that of the snapshots, which the
 * venues' request limits allow only so fast.
 * @module
 */
import type { Market, SyncBooksJob } from "./sync_books_client.ts";

function start(file: string): Worker {
  return new Worker(new URL(file, import.meta.url), { type: "module" });
}

function answer<Message>(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Message>): void => resolve(data);
    worker.onerror = (event): void => reject(new Error(event.message));
  });
}

const venues = start("./sync_books_venues.ts");
const market = await answer<Market>(venues);
/** The first one pays for what the process needs once, whoever it is, and is not told. */
const runs: readonly SyncBooksJob["client"][] = ["plain", "cexarb", "plain"];
for (const [index, client] of runs.entries()) {
  const worker = start("./sync_books_client.ts");
  const job: SyncBooksJob = { ...market, client };
  const result = answer<string>(worker);
  worker.postMessage(job);
  const line = await result;
  // deno-lint-ignore no-console -- a bench prints its figures
  if (index > 0) console.log(line);
  worker.terminate();
}
venues.terminate();
