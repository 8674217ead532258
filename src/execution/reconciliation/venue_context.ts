/**
 * What the parts of the comparison with one venue share.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { CexarbError } from "../../core/errors.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Logger } from "../../logging/logger.ts";
import { parseClientOrderId } from "../client_order_id.ts";
import type { OrderFlow } from "../order_flow.ts";
import type { TrackedOrder } from "../tracked_order.ts";
import type { TradingVenue } from "../trading_venue.ts";
import type { FindingKind } from "./finding.ts";

/** The program has ended the comparison: an answer that comes later is not used. */
export class ReconciliationEnded extends CexarbError {}

/** What a {@link VenueContext} takes. */
export interface VenueContextOptions {
  readonly venue: TradingVenue;
  readonly flow: OrderFlow;
  /** Id of the journal: whose orders are ours. */
  readonly journalId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The instruments of the venue that are traded. */
  readonly instruments: readonly Instrument[];
  tell(kind: FindingKind, subject: string, text: string): void;
}

/** One venue. */
export class VenueContext {
  readonly venue: TradingVenue;
  readonly flow: OrderFlow;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: readonly Instrument[];
  readonly tell: VenueContextOptions["tell"];
  readonly #journalId: string;
  #isEnded = false;

  constructor(options: VenueContextOptions) {
    this.venue = options.venue;
    this.flow = options.flow;
    this.clock = options.clock;
    this.logger = options.logger;
    this.instruments = options.instruments;
    this.tell = (kind, subject, text): void => options.tell(kind, subject, text);
    this.#journalId = options.journalId;
  }

  get exchange(): ExchangeKey {
    return this.venue.exchange;
  }

  /** No answer is used any more. */
  end(): void {
    this.#isEnded = true;
  }

  /**
   * Waits for an answer.
   *
   * @throws {ReconciliationEnded} when the comparison was ended meanwhile; otherwise what the venue's client throws.
   */
  async answer<Value>(question: Promise<Value>): Promise<Value> {
    const value = await question;
    if (this.#isEnded) throw new ReconciliationEnded("The comparison was ended");
    return value;
  }

  /** The traded instrument with this id, if it is of this venue. */
  instrument(id: number): Instrument | undefined {
    return this.instruments.find((instrument) => instrument.id === id);
  }

  /** Whether an order is of this program's journal, by its name. */
  isOwn(clientOrderId: string): boolean {
    return parseClientOrderId(clientOrderId)?.journal === this.#journalId;
  }

  /** Orders of ours at the venue that are neither ended nor known whole. */
  get orders(): TrackedOrder[] {
    const { exchange } = this;
    return this.flow.tracker.open.filter(({ request }) => request.instrument.exchange === exchange);
  }

  /** The state of this venue's orders at one moment, to see whether an answer was overtaken. */
  mark(): Mark {
    const moving = this.orders.filter((order) => !isResting(order)).map(({ request }) => request.instrument);
    return { activity: this.flow.activity(this.exchange), moving: new Set(moving) };
  }
}

/** What was going on at a venue at one moment. */
export interface Mark {
  /** Counts what was sent or told. */
  readonly activity: number;
  /** Instruments with an order of which something is about to be told. */
  readonly moving: ReadonlySet<Instrument>;
}

/** Whether an order rests in the venue's book, and every fill that is known of is known one by one. */
export function isResting(order: TrackedOrder): boolean {
  if (order.state !== "open" && order.state !== "partially-filled") return false;
  if (order.request.timeInForce !== "gtc") return false;
  const told = order.fills.reduce((sum, { quantity }) => sum + quantity, 0);
  const { lot, baseFactor } = order.request.instrument;
  return told > order.filledQuantity - lot.size * baseFactor / 2;
}
