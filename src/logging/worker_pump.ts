/**
 * The hot thread's side of the logging worker.
 * @module
 */
import { type LogMetrics, noLogMetrics } from "./log_metrics.ts";
import { InlinePump, type LogPump } from "./log_pump.ts";
import type { LoggingSettings, LogRule } from "./logging_settings.ts";
import type { RecordSource } from "./record_source.ts";
import type { LogWorkerReply, LogWorkerRequest } from "./worker_messages.ts";

/** Longest wait for the worker to write what is left, milliseconds. */
const closeTimeoutMs = 5_000;

/** A worker that empties the ring. Should it fail, this thread does its work from then on. */
export class WorkerPump implements LogPump {
  readonly #worker: Worker;
  readonly #closed = Promise.withResolvers<void>();
  #settings: Pick<LoggingSettings, "backends" | "rules">;
  #metrics = noLogMetrics;
  #substitute: InlinePump | undefined;

  /** @param intervalMs Time between two looks into the ring, milliseconds. */
  constructor(
    private readonly ring: SharedArrayBuffer,
    private readonly source: RecordSource,
    settings: Pick<LoggingSettings, "backends" | "rules">,
    private readonly intervalMs: number,
    startWorker: () => Worker = startLoggingWorker,
  ) {
    this.#settings = { backends: settings.backends, rules: settings.rules };
    this.#worker = startWorker();
    this.#worker.onmessage = (event: MessageEvent<LogWorkerReply>): void => this.#receive(event.data);
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      this.#fail();
    };
    this.#post({ type: "open", ring, settings: this.#settings, intervalMs });
  }

  written(): void {
    this.#substitute?.written();
  }

  setRules(rules: readonly LogRule[]): void {
    this.#settings = { ...this.#settings, rules };
    this.#substitute?.setRules(rules);
    this.#post({ type: "rules", rules });
  }

  metrics(): LogMetrics {
    return this.#substitute?.metrics() ?? this.#metrics;
  }

  flushSync(timeoutMs: number): boolean {
    if (this.#substitute !== undefined) return this.#substitute.flushSync(timeoutMs);
    const { writer } = this.source;
    return writer.waitForFlush(writer.requestFlush(), timeoutMs);
  }

  async close(): Promise<void> {
    if (this.#substitute === undefined) {
      this.#post({ type: "close" });
      const timer = setTimeout(() => this.#closed.resolve(), closeTimeoutMs);
      await this.#closed.promise;
      clearTimeout(timer);
    }
    this.#worker.terminate();
    await this.#substitute?.close();
  }

  #post(request: LogWorkerRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: LogWorkerReply): void {
    this.#metrics = reply.metrics;
    if (reply.type === "closed") this.#closed.resolve();
  }

  /** Goes on where the worker stopped. What it had taken and not yet written is lost. */
  #fail(): void {
    if (this.#substitute !== undefined) return;
    this.#worker.terminate();
    const { ring, source, intervalMs } = this;
    const options = { ring, settings: this.#settings, known: source.vocabulary };
    this.#substitute = new InlinePump(options, source.writer, intervalMs);
    this.#closed.resolve();
  }
}

/** Starts the logging worker. */
export function startLoggingWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "logging" });
}
