/**
 * Stopwatches at the joints of an engine.
 * @module
 */
import type { TradingParts } from "../../src/engine/trading_parts.ts";
import type { Journal } from "../../src/execution/journal_record.ts";
import type { FrameTrace } from "../../src/telemetry/frame_trace.ts";
import { type ClientFigures, epochOf } from "./tick_to_order_market.ts";

import { MexcSigner } from "../../src/exchanges/mexc/private_signer.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { LimitedNetwork } from "../../src/net/limited_network.ts";
import { RateLimiter } from "../../src/net/rate_limiter.ts";
import { Executor } from "../../src/execution/executor.ts";
import { OrderFlow } from "../../src/execution/order_flow.ts";
import { OrderTracker } from "../../src/execution/order_tracker.ts";
import { DeskAccounts } from "../../src/execution/desk_accounts.ts";
import { LiveVenue } from "../../src/engine/live_venue.ts";
import { RingAuditTrail } from "../../src/logging/audit_trail.ts";
import { TradingDesk } from "../../src/execution/trading_desk.ts";
import { HttpConnection } from "../../src/net/http_connection.ts";
import { MexcSender } from "../../src/exchanges/mexc/private_sender.ts";
import { GateioSender } from "../../src/exchanges/gateio/private_sender.ts";
const g = globalThis as any; g.marks = []; g.on = false;
function wrap(proto: any, name: string, label: string): void {
  const original = proto[name];
  proto[name] = function (...args: any[]) {
    if (!g.on) return original.apply(this, args);
    const m = g.marks; m.push(performance.now(), ">" + label);
    const r = original.apply(this, args);
    m.push(performance.now(), "<" + label);
    return r;
  };
}
wrap(MexcSigner.prototype, "query", "mexc.sign"); wrap(GateioSigner.prototype, "headers", "gate.sign");
wrap(NoDelayNetwork.prototype, "fetch", "nodelay.fetch"); wrap(LimitedNetwork.prototype, "fetch", "limited.fetch");
wrap(RateLimiter.prototype, "tryAcquire", "tryAcquire"); wrap(Executor.prototype, "plan", "plan"); wrap(Executor.prototype, "carryThrough", "carry");
wrap(OrderFlow.prototype, "send", "flow.send"); wrap(OrderTracker.prototype, "plan", "tracker.plan"); wrap(OrderTracker.prototype, "sent", "tracker.sent");
wrap(DeskAccounts.prototype, "reserve", "reserve"); wrap(LiveVenue.prototype, "place", "venue.place"); wrap(RingAuditTrail.prototype, "intent", "audit.intent"); wrap(RingAuditTrail.prototype, "sent", "audit.sent");
wrap(TradingDesk.prototype, "submit", "submit"); wrap(HttpConnection.prototype, "exchange", "exchange"); wrap(MexcSender.prototype, "send", "mexc.send"); wrap(GateioSender.prototype, "command", "gate.command");

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
    wrap(Object.getPrototypeOf(Object.getPrototypeOf(journal)), "append", "journal");
    const enter = strategies.enter.bind(strategies), check = risk.check.bind(risk);
    const append = journal.append.bind(journal);
    strategies.enter = (...args): ReturnType<typeof enter> => {
      const start = performance.now();
      g.marks.push(performance.now(), ">enter");
      const decision = enter(...args);
      g.marks.push(performance.now(), "<enter");
      this.#deciding += performance.now() - start;
      return decision;
    };
    risk.check = (...args): ReturnType<typeof check> => {
      const start = performance.now();
      g.marks.push(performance.now(), ">check");
      const refusal = check(...args);
      g.marks.push(performance.now(), "<check");
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
    g.marks = []; g.on = true; g.marks.push(performance.now(), ">book");
    this.#writes = 0;
    this.#deciding = 0;
    this.#journaling = 0;
  }

  /** The bytes of an order are with the operating system. */
  wrote(trace: FrameTrace): void {
    if (!trace.active) return void (this.#late += 1);
    g.marks.push(performance.now(), "written");
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
    g.on = false;
    if (this.#writes === 2) { g.marks.push(performance.now(), "end"); (g.all ??= []).push([trace.receivedAt, g.marks]); }
    if (this.#writes === 0) {
      this.#quiet.push(trace.elapsedMs());
      return;
    }
    this.#decision.push(this.#deciding);
    this.#journal.push(this.#journaling);
  }

  /** What was measured since the last time. */
  take(frames: number, refusals: ReadonlyMap<string, number>): ClientFigures {
    const lists = g.all ?? []; g.all = [];
    if (lists.length > 20) { const key = (m: any[]) => m.filter((x) => typeof x === "string").join(",");
      const by = Map.groupBy(lists, ([, m]: any) => key(m)) as Map<string, any[]>;
      const [k, rows] = [...by].sort((a, b) => b[1].length - a[1].length)[0]!;
      const labels = k.split(","); let text = rows.length + " of " + lists.length + "\n"; let last = 0;
      labels.forEach((label, i) => { const v = rows.map(([at, m]: any) => m[2 * i] - at).sort((a: number, b: number) => a - b); const p = 1000 * v[v.length >> 1]; text += label.padEnd(18) + p.toFixed(0).padStart(6) + " +" + (p - last).toFixed(0) + "\n"; last = p; });
      g.text = text; if (g.n = (g.n ?? 0) + 1, g.n === 9) console.log(text); }
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
