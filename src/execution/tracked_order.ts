/**
 * One order of ours: all that is known of it, and the rules by which that grows.
 * @module
 */
import type { DecimalStep } from "../core/decimal_step.ts";
import { exchangeByKey } from "../core/exchange.ts";
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderReport, OrderRequest } from "../core/order_request.ts";
import { type BaseQuantity, baseQuantity } from "../core/units.ts";
import {
  eventOfReport,
  isFinal,
  type OrderEvent,
  type OrderState,
  saysAlive,
  saysEnded,
  transitions,
} from "./order_state.ts";

/** Something that was told and cannot be true together with what was told before. */
export interface Contradiction {
  readonly event: OrderEvent;
  /** In a sentence. */
  readonly why: string;
}

/** What is known of an order of the journal when the program starts. */
export interface OrderMemory {
  readonly state: OrderState;
  readonly exchangeOrderId: string;
  readonly filledLots: number;
  /** Quote per base; 0 where unknown. */
  readonly averagePrice: number;
  readonly fills: readonly Fill[];
  /** Epoch milliseconds; NaN where unknown. */
  readonly createdAt: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
  /** The venue's last word on it, epoch milliseconds; NaN for none. */
  readonly heardAt: number;
}

/**
 * Venues forget orders that were cancelled without a fill after about ten minutes, and no others: what they had and do
 * not know that long after was cancelled, and nothing of it was filled.
 */
const forgottenAfterMs = 11 * 60_000;
/** Sums of doubles are this exact, relative to a lot and to the sum. */
const lotSlack = 1e-6, sumSlack = 1e-12;
/** Trades that are not on the lot are rounded by reports; a trade that is missing is a whole lot at least. */
const roundedLots = 0.5;

/** Base units of a lot, by instrument. */
const baseSteps = new WeakMap<Instrument, DecimalStep>();

/** An order. Whoever holds it reads it; only the tracker tells it what happens. */
export class TrackedOrder {
  readonly request: OrderRequest;
  /** Number of the execution that it belongs to; 0 for none. */
  readonly execution: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly #step: DecimalStep;
  readonly #fills = new Map<string, Fill>();
  /** Trades on the other side than the order's: told with its id, and no part of it. */
  readonly #strangeFills = new Set<string>();
  /** What could not be true, by what was told and what was known. */
  readonly #doubts = new Map<string, string>();
  #state: OrderState = "planned";
  #exchangeOrderId = "";
  #filledLots = 0;
  /** Base units that the fills add up to. */
  #filledByFills = 0;
  #reported = { lots: 0, averagePrice: 0 };
  #isConfirmed = false;
  #dispute: "none" | "alive" | "ended" = "none";
  #sentAt = NaN;
  #answeredAt = NaN;
  #endedAt = NaN;
  #heardAt = NaN;

  /** @param createdAt Epoch milliseconds. */
  constructor(request: OrderRequest, execution: number, createdAt: number) {
    this.request = request;
    this.execution = execution;
    this.createdAt = createdAt;
    this.#step = baseStep(request.instrument);
  }

  get state(): OrderState {
    return this.#state;
  }

  /** The venue's id; empty until it is known. */
  get exchangeOrderId(): string {
    return this.#exchangeOrderId;
  }

  /** Filled lots: the most that reports or fills tell. Only grows. */
  get filledLots(): number {
    return this.#filledLots;
  }

  /** Quote per base of what is filled, from the source that tells of more of it; 0 while nothing is. */
  get averagePrice(): number {
    const { lots, averagePrice } = this.#reported;
    if (this.#fills.size === 0 || (lots > this.#lotsOfFills && averagePrice > 0)) return averagePrice;
    let notional = 0;
    for (const fill of this.#fills.values()) notional += fill.notional;
    return notional / this.#filledByFills;
  }

  /** Each trade once, in the order in which they were told. */
  get fills(): readonly Fill[] {
    return [...this.#fills.values()];
  }

  /** Epoch milliseconds of the sending; NaN before. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Epoch milliseconds of the first that the venue said of it; NaN before. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Epoch milliseconds at which its end became known; NaN before. */
  get endedAt(): number {
    return this.#endedAt;
  }

  /** Whether it has ended. */
  get isFinal(): boolean {
    return isFinal(this.#state);
  }

  /** Whether it has ended, the fills add up to what is filled, and the venue does not say that it lives. */
  get isSettled(): boolean {
    return this.isFinal && !this.isDisputed && this.#missingLots === 0;
  }

  /** Whether the venue says that it lives although it said before that there is no such order or that it has ended. */
  get isDisputed(): boolean {
    return this.#dispute === "alive";
  }

  /** What is filled in base units, before fees. */
  get filledQuantity(): BaseQuantity {
    return baseQuantity(this.#step.value(this.#filledLots));
  }

  /**
   * What is filled in base units, signed: positive bought, negative sold. Fees in the coin are off: those of the fills,
   * and for what only reports tell the taker fee where the venue keeps it back from the coin.
   */
  get filledNet(): BaseQuantity {
    const { instrument, side } = this.request;
    const sign = side === "buy" ? 1 : -1;
    const keepsCoin = side === "buy" && exchangeByKey(instrument.exchange).buyFeeCoin === "base";
    const kept = keepsCoin ? 1 - instrument.takerFee : 1;
    return baseQuantity(netOfFills(this) + sign * this.#step.size * this.#missingLots * kept);
  }

  /** What was told of it that cannot be true together; each once. */
  get doubts(): readonly string[] {
    return [...this.#doubts.values()];
  }

  /** Takes over what the journal knows. What was on its way then is unknown now. */
  recall(memory: OrderMemory): void {
    this.#exchangeOrderId = memory.exchangeOrderId;
    this.#reported = { lots: memory.filledLots, averagePrice: memory.averagePrice };
    this.#sentAt = memory.sentAt;
    this.#answeredAt = memory.answeredAt;
    const { heardAt, answeredAt, sentAt, createdAt } = memory;
    this.#heardAt = [heardAt, answeredAt, sentAt].find((at) => !Number.isNaN(at)) ?? createdAt;
    for (const fill of memory.fills) this.#add(fill);
    this.#grow(memory.filledLots);
    this.#state = this.#recalledState(memory.state);
    this.#isConfirmed = this.#exchangeOrderId !== "" || this.#filledLots > 0 ||
      !["unknown", "cancelling", "refused", "absent"].includes(this.#state);
    this.#endedAt = this.isFinal && Number.isNaN(memory.endedAt) ? this.#heardAt : memory.endedAt;
  }

  /** The last thing that is written down may be a fill, which changes the state as well. */
  #recalledState(state: OrderState): OrderState {
    const hasFills = this.#filledLots > 0;
    if (state === "cancelled" && hasFills) return "partially-cancelled";
    if (isFinal(state)) return state;
    if (hasFills && this.#filledLots >= this.request.lots && this.request.lots > 0) return "filled";
    if (state === "cancelling") return state;
    if (hasFills) return "partially-filled";
    return state === "open" || state === "partially-filled" ? "open" : "unknown";
  }

  /** An event without quantities. Returns what it contradicts. `at` is in epoch milliseconds. */
  take(event: OrderEvent, at: number): Contradiction | undefined {
    if (event === "send") this.#sentAt = Number.isNaN(this.#sentAt) ? at : this.#sentAt;
    else if (event !== "cancel" && event !== "lose") this.#answered(at);
    const isForgotten = event === "absent" && this.#isForgotten(at);
    const denies = event === "refuse" || (event === "absent" && !this.isFinal && !isForgotten);
    if (denies && this.#isConfirmed) return this.#doubt(event, "the venue had confirmed it");
    if (isForgotten && this.isDisputed) this.#dispute = "ended";
    if (event === "accept") {
      this.#confirm(at);
      this.#noteDispute(event, false);
    }
    return this.#follow(event, at);
  }

  /** The venue's id, from an answer. */
  name(exchangeOrderId: string): Contradiction | undefined {
    if (exchangeOrderId === "" || exchangeOrderId === this.#exchangeOrderId) return undefined;
    if (this.#exchangeOrderId !== "") {
      return this.#doubt("accept", `the venue calls it ${exchangeOrderId} and ${this.#exchangeOrderId}`);
    }
    this.#exchangeOrderId = exchangeOrderId;
    return undefined;
  }

  /** A report of the venue. Returns what it contradicts. */
  report(report: OrderReport, at: number): Contradiction | undefined {
    const { lots, side } = this.request;
    const { filledLots } = report;
    const event = eventOfReport(report, lots);
    if (report.side !== side) return this.#doubt(event, `the venue says that it is one to ${report.side}`);
    const misnamed = this.name(report.exchangeOrderId);
    this.#answered(at);
    const known = this.#filledLots;
    // What is there is confirmed; a rejection is the opposite of it.
    if (event !== "report-rejected" || filledLots > 0) this.#confirm(at);
    if (filledLots > this.#reported.lots) {
      this.#reported = { lots: filledLots, averagePrice: report.averagePrice };
    }
    this.#grow(filledLots);
    return this.#tell(event, filledLots, known, at) ?? misnamed;
  }

  /** A trade of it. `isNew` when it was not known. */
  fill(fill: Fill, at: number): { isNew: boolean; contradiction: Contradiction | undefined } {
    const key = fillKey(fill);
    if (this.#fills.has(key) || this.#strangeFills.has(key)) {
      return { isNew: false, contradiction: undefined };
    }
    if (fill.side !== this.request.side) {
      this.#strangeFills.add(key);
      return { isNew: true, contradiction: this.#doubt("fill", `trade ${fill.tradeId} is to ${fill.side}`) };
    }
    this.#answered(at);
    this.#confirm(at);
    const known = this.#filledLots;
    this.#add(fill);
    // A trade that completes the order ends it; one after the end is only a trade.
    const completes = !this.isFinal && this.request.lots > 0 && this.#lotsOfFills >= this.request.lots;
    const grown = Math.max(known, this.#lotsOfFills);
    return {
      isNew: true,
      contradiction: this.#tell(completes ? "report-filled" : "fill", grown, known, at),
    };
  }

  /**
   * An event that tells a quantity.
   *
   * @param told Filled lots that it tells.
   * @param known Filled lots that were known before it.
   */
  #tell(event: OrderEvent, told: number, known: number, at: number): Contradiction | undefined {
    const { lots } = this.request;
    this.#noteDispute(event, told > known);
    if (this.isFinal && told > known) {
      return this.#doubt(
        event,
        `it had ended with ${known}`,
      );
    }
    if (saysEnded(event) && told < known) {
      return this.#doubt(event, `it is said to have ended with ${told}`);
    }
    if (event === "report-filled" && told < lots) {
      return this.#doubt(event, `${lots} were ordered, and ${told} are said to be all`);
    }
    const illegal = this.#follow(event, at);
    if (illegal !== undefined || lots === 0 || told <= lots) return illegal;
    return this.#doubt(event, `${lots} were ordered`);
  }

  #follow(event: OrderEvent, at: number): Contradiction | undefined {
    const next = transitions[this.#state][event];
    if (next === undefined) return this.#doubt(event, "one excludes the other");
    if (isFinal(next) && !this.isFinal) this.#endedAt = at;
    this.#state = next;
    return undefined;
  }

  /**
   * An order that lives although it has ended is somebody's to cancel, and one that fills on may live. The venue's word
   * that it has ended settles that; a word that is only late says nothing.
   */
  #noteDispute(event: OrderEvent, hasGrown: boolean): void {
    if (!this.isFinal) return;
    const isLate = transitions[this.#state][event] !== undefined || this.#dispute === "ended";
    if (saysEnded(event)) this.#dispute = "ended";
    else if (hasGrown || (saysAlive(event) && !isLate)) this.#dispute = "alive";
  }

  #answered(at: number): void {
    if (Number.isNaN(this.#answeredAt)) this.#answeredAt = at;
  }

  #confirm(at: number): void {
    this.#isConfirmed = true;
    this.#heardAt = at;
  }

  /** Whether the venue may have forgotten it, which it does only when nothing was filled. */
  #isForgotten(at: number): boolean {
    return this.#filledLots === 0 && at - this.#heardAt > forgottenAfterMs;
  }

  #grow(lots: number): void {
    this.#filledLots = Math.max(this.#filledLots, lots);
  }

  #add(fill: Fill): void {
    this.#fills.set(fillKey(fill), fill);
    this.#filledByFills += fill.quantity;
    this.#grow(this.#lotsOfFills);
  }

  /** Whole lots that the fills add up to. */
  get #lotsOfFills(): number {
    const lots = this.#filledByFills / this.#step.size;
    return Math.floor(lots + lotSlack + lots * sumSlack);
  }

  /** Lots that only reports tell of; their trades are still to come. */
  get #missingLots(): number {
    const missing = this.#filledLots - this.#filledByFills / this.#step.size;
    return missing <= roundedLots ? 0 : missing;
  }

  /**
   * The contradiction, or undefined when the same was told before and nothing has come of it: whoever asks must not be
   * made to ask for ever by the same answer.
   */
  #doubt(event: OrderEvent, why: string): Contradiction | undefined {
    const known = `${event} of an order that is ${this.#state} with ${this.#filledLots} lots filled`;
    if (this.#doubts.has(known)) return undefined;
    const told = `${known}: ${why}`;
    this.#doubts.set(known, told);
    return { event, why: told };
  }
}

function baseStep(instrument: Instrument): DecimalStep {
  let step = baseSteps.get(instrument);
  if (step === undefined) {
    step = instrument.lot.times(instrument.contractSize);
    baseSteps.set(instrument, step);
  }
  return step;
}

/** What makes a trade one of a kind within its instrument: both sides of a trade with oneself have the same id. */
function fillKey({ instrument, tradeId, side }: Fill): string {
  return `${instrument} ${tradeId} ${side}`;
}

/** Base units, signed, that the fills of an order have brought or taken; fees in the coin are off. */
export function netOfFills({ fills, request: { instrument } }: TrackedOrder): BaseQuantity {
  let sum = 0;
  for (const { side, quantity, fee, feeCoin } of fills) {
    sum += side === "buy" ? quantity : -quantity;
    if (instrument.market === "spot" && feeCoin === instrument.base) sum -= fee;
  }
  return baseQuantity(sum);
}
