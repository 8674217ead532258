/**
 * Stopwatches at the joints of an engine.
 * @module
 */
import type { TradingParts } from "../../src/engine/trading_parts.ts";
import type { Journal } from "../../src/execution/journal_record.ts";
import type { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { type ClientFigures, epochOf } from "./tick_to_order_market.ts";

/** Collects times, in milliseconds, until they are taken. */
export class Stopwatches {
  #first: number[] = [];
  #both: number[] = [];
  #quiet: number[] = [];
  #decision: number[] = [];
  #journal: number[] = [];
  #received = new Map<string, number>();
  #late = 0;
  #frames = 0;
  /** Orders that have left in the turn of the frame that is being worked on. */
  #writes = 0;
  #deciding = 0;
  #journaling = 0;

  /** Puts stopwatches around what decides and what writes down. */
  watch({ strategies, risk }: TradingParts, journal: Journal): void {
    const enter = strategies.enter.bind(strategies), check = risk.check.bind(risk);
    const append = journal.append.bind(journal);
    strategies.enter = (...args): ReturnType<typeof enter> => {
      const start = performance.now();
      const decision = enter(...args);
      this.#deciding += performance.now() - start;
      return decision;
    };
    risk.check = (...args): ReturnType<typeof check> => {
      const start = performance.now();
      const refusal = check(...args);
      this.#deciding += performance.now() - start;
      return refusal;
    };
    journal.append = (event): void => {
      const start = performance.now();
      append(event);
      this.#journaling += performance.now() - start;
    };
  }

  /** A frame is in its book. */
  begin(): void {
    this.#writes = 0;
    this.#deciding = 0;
    this.#journaling = 0;
  }

  /** The bytes of an order are with the operating system. */
  wrote(trace: FrameTrace): void {
    if (!trace.active) return void (this.#late += 1);
    const elapsed = trace.elapsedMs();
    this.#writes += 1;
    (this.#writes === 1 ? this.#first : this.#both).push(elapsed);
  }

  /** An order was sent because of the frame that is being worked on. */
  sent(clientOrderId: string, trace: FrameTrace): void {
    this.#received.set(clientOrderId, epochOf(trace.receivedAt));
  }

  /** A frame was worked on. */
  end(trace: FrameTrace): void {
    if (this.#writes === 0) {
      this.#quiet.push(trace.elapsedMs());
      return;
    }
    this.#decision.push(this.#deciding);
    this.#journal.push(this.#journaling);
  }

  /** What was measured since the last time. */
  take(frames: number, refusals: ReadonlyMap<string, number>): ClientFigures {
    const figures: ClientFigures = {
      frames: frames - this.#frames,
      first: this.#first,
      both: this.#both,
      quiet: this.#quiet,
      decision: this.#decision,
      journal: this.#journal,
      received: this.#received,
      late: this.#late,
      refusals,
    };
    this.#frames = frames;
    this.#first = [];
    this.#both = [];
    this.#quiet = [];
    this.#decision = [];
    this.#journal = [];
    this.#received = new Map();
    this.#late = 0;
    return figures;
  }
}
