/**
 * What orders and operators did, for the audit file.
 * @module
 */
import type { EventDefinition } from "./event_definition.ts";
import { columns } from "./hft_logger.ts";
import type { LogFields } from "./logger.ts";
import type { LogValue, RecordSource } from "./record_source.ts";
import { levelNumber } from "./ring_layout.ts";

/** Takes what has to be provable later. Never throws and never waits. */
export interface AuditTrail {
  /** An order is about to be sent. */
  intent(fields: LogFields): void;
  /** An order has been handed to the way to the venue. */
  sent(fields: LogFields): void;
  /** What became of an order. */
  outcome(fields: LogFields): void;
  /** Somebody did something to the program, such as starting it. */
  operator(action: string, fields: LogFields): void;
}

/** A trail that leads nowhere: where no audit file is configured. */
export const noAudit: AuditTrail = { intent: nothing, sent: nothing, outcome: nothing, operator: nothing };

function nothing(): void {}

/** Records that wait for room in the ring; more are dropped and counted. */
const maxWaiting = 100_000;

interface WaitingRecord {
  readonly id: number;
  readonly time: number;
  readonly correlation: number;
  readonly values: readonly LogValue[];
}

/** An audit trail through the ring. When the ring is full its records wait, in their order, instead of being dropped. */
export class RingAuditTrail implements AuditTrail {
  readonly #source: RecordSource;
  readonly #ids = new Map<string, number>();
  readonly #undefined = new Set<number>();
  readonly #waiting: WaitingRecord[] = [];

  constructor(source: RecordSource) {
    this.#source = source;
  }

  intent(fields: LogFields): void {
    this.#record("order", "Order intent", fields);
  }

  sent(fields: LogFields): void {
    this.#record("order", "Order sent", fields);
  }

  outcome(fields: LogFields): void {
    this.#record("order", "Order outcome", fields);
  }

  operator(action: string, fields: LogFields): void {
    this.#record("operator", action, fields);
  }

  /** Writes what waits, as far as there is room now. Returns whether nothing is left. */
  retry(): boolean {
    let done = 0;
    while (done < this.#waiting.length && this.#write(this.#waiting[done]!)) done += 1;
    this.#waiting.splice(0, done);
    return this.#waiting.length === 0;
  }

  #record(tag: string, message: string, fields: LogFields): void {
    try {
      const { names, values } = columns(fields);
      const { time, correlation, writer } = this.#source;
      const record = { id: this.#idOf(tag, message, names), time: time.now(), correlation, values };
      if (this.retry() && this.#write(record)) return;
      if (this.#waiting.length < maxWaiting) this.#waiting.push(record);
      else writer.drop(levelNumber.audit);
    } catch {
      // A log must not stop the engine.
    }
  }

  #idOf(tag: string, message: string, fields: readonly string[]): number {
    const key = [tag, message, ...fields].join("\0");
    let id = this.#ids.get(key);
    if (id === undefined) {
      const definition: EventDefinition = { tag, level: "audit", message, fields, texts: [] };
      id = this.#source.register(definition);
      this.#ids.set(key, id);
      this.#undefined.add(id);
    }
    return id;
  }

  #write({ id, time, correlation, values }: WaitingRecord): boolean {
    const source = this.#source;
    if (this.#undefined.has(id)) {
      if (!source.define(id)) return false;
      this.#undefined.delete(id);
    }
    const outer = source.correlation;
    source.correlation = correlation;
    const isWritten = source.writeTyped(id, levelNumber.audit, time, values);
    source.correlation = outer;
    return isWritten;
  }
}
