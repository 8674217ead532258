/**
 * Entry of the logging worker: it empties the ring, so that the hot thread never waits for a console or a disk.
 * @module
 */
import { LogDrain } from "./log_drain.ts";
import type { LogWorkerReply, LogWorkerRequest } from "./worker_messages.ts";

/** The part of a worker's global scope in use; the compiler only knows the one of the main thread. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<LogWorkerRequest>) => void) | null;
  postMessage(reply: LogWorkerReply): void;
}

/** Longest stretch of work between two looks at messages, milliseconds. */
const stretchMs = 20;
/** Time between two reports of figures, milliseconds. */
const metricsMs = 500;

const scope = self as unknown as WorkerScope;
let drain: LogDrain | undefined;
let toldAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

scope.onmessage = ({ data }): void => {
  switch (data.type) {
    case "open":
      drain = new LogDrain(data);
      return work(drain, data.intervalMs);
    case "rules":
      if (drain !== undefined) drain.rules = data.rules;
      return;
    case "close":
      void close();
  }
};

function work(drain: LogDrain, intervalMs: number): void {
  const isMore = drain.drain(stretchMs);
  const now = performance.now();
  if (now - toldAt >= metricsMs) {
    toldAt = now;
    scope.postMessage({ type: "metrics", metrics: drain.metrics() });
  }
  timer = setTimeout(() => work(drain, intervalMs), isMore ? 0 : intervalMs);
}

async function close(): Promise<void> {
  clearTimeout(timer);
  await drain?.close();
  scope.postMessage({ type: "closed", metrics: drain?.metrics() ?? { series: [], backends: [] } });
}
