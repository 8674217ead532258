/**
 * Brings every order of the journal to its end, finds those that the journal has lost, and books all fills.
 * @module
 */
import type { Fill } from "../core/fill.ts";
import type { Instrument } from "../core/instrument.ts";
import type { OrderReport, OrderRequest } from "../core/order_request.ts";
import { hasEnded } from "../exchanges/private_reports.ts";
import { parseClientOrderId } from "./client_order_id.ts";
import { journalOrder } from "./journal_values.ts";
import { fillKey } from "./order_flow.ts";
import type { RecoveryContext } from "./recovery_context.ts";
import type { TakenUp } from "./recovery_memory.ts";
import type { TrackedOrder } from "./tracked_order.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** First and longest wait between two cancels of an order, and between two listings, milliseconds. */
const firstWaitMs = 1_000, longestWaitMs = 30_000;
/**
 * Waits before a venue is asked again for an order of which it says that it does not exist, although it lists a trade of it,
 * milliseconds: taken for somebody else's, a trade of ours would be missing for good.
 */
const denialWaitsMs = [500, 1_000, 2_000, 4_000];
/** Fills of so long before the journal's last word are asked for again, milliseconds: clocks differ and listings lag. */
const overlapMs = 60_000;

/** Orders and fills of all venues. */
export class OrderRecovery {
  readonly #context: RecoveryContext;
  readonly #touched: Set<Instrument>;
  readonly #foreign = new Set<string>();
  /** Orders of somebody else of which there are trades, by venue and its id. */
  readonly #others = new Set<string>();
  /** Orders whose end is to be told. */
  readonly #untold: Set<TrackedOrder>;
  /** Fills that were in the journal, and those that were told of since. */
  readonly #known: Set<string>;

  constructor(context: RecoveryContext, { touched, open }: TakenUp) {
    this.#context = context;
    this.#touched = new Set(touched);
    this.#untold = new Set(open);
    this.#known = new Set(context.world.state.recentFills.map(({ id }) => id));
  }

  /** Until every order of ours has ended with all its fills, and no venue lists an open one. */
  async endAll(): Promise<void> {
    const { venues, logger } = this.#context.world;
    for (let waitMs = firstWaitMs;; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      const counts = await Promise.all([...venues.values()].map((venue) => this.#list(venue)));
      await this.settle();
      if (counts.every((count) => count === 0)) return;
      // The listing may be older than the cancels; whatever it shows then is looked into.
      logger.info("Recovery looks for open orders again", { found: counts.reduce((a, b) => a + b), waitMs });
      await this.#context.wait(waitMs);
    }
  }

  /** Asks for the fills of all instruments on which something may have happened. */
  async findFills(): Promise<void> {
    for (const instrument of this.#told()) this.#touched.add(instrument);
    await Promise.all([...this.#touched].map((instrument) => this.fillsOf(instrument)));
    await this.settle();
  }

  /** Asks for the fills of an instrument since the journal's last word and books those that are new. */
  async fillsOf(instrument: Instrument): Promise<void> {
    const fills = await this.#fillsSince(instrument, this.#context.world.state.fillsUntil);
    for (const fill of fills) await this.#takeFill(instrument, fill);
  }

  /** Ends every order that is known and not settled. */
  async settle(): Promise<void> {
    const { open } = this.#context.world.flow.tracker;
    for (const order of open) this.#untold.add(order);
    await Promise.all(open.map((order) => this.#end(order)));
    for (const order of this.#untold) this.#tellEnd(order);
    this.#untold.clear();
  }

  async #end(order: TrackedOrder): Promise<void> {
    const { flow, resolver } = this.#context.world;
    const { timeInForce } = order.request;
    const settled = resolver.resolve(order);
    // An order that rests is taken back until it has ended; the others end by themselves.
    for (let waitMs = firstWaitMs; timeInForce === "gtc" && isAlive(order); waitMs *= 2) {
      await flow.cancel(order);
      await this.#context.atMost(settled, Math.min(waitMs, longestWaitMs));
    }
    await this.#context.whileWanted(settled);
  }

  #tellEnd({ request, state, filledLots }: TrackedOrder): void {
    const { clientOrderId, instrument: { exchange, exchangeSymbol, lot } } = request;
    const filled = `${lot.format(filledLots)} of ${lot.format(request.lots)} filled`;
    const text =
      `The order ${clientOrderId} of ${exchangeSymbol} at ${exchange} has ended: ${state}, ${filled}`;
    this.#context.findings.tell("order", exchange, clientOrderId, text);
  }

  /** Takes what a venue lists. Returns the number of orders of ours that it says are open. */
  async #list(venue: TradingVenue): Promise<number> {
    const { flow, instruments } = this.#context.world;
    const { exchange } = venue;
    const reports = await this.#context.answer(exchange, "open orders", () => venue.openOrders());
    let count = 0;
    for (const report of reports) {
      if (!this.#isOwn(report.clientOrderId)) {
        this.#leaveAlone(venue, report);
        continue;
      }
      if (!hasEnded(report.status)) count += 1;
      const order = flow.tracker.find(report.clientOrderId);
      if (order === undefined) {
        await this.#adopt(instruments.get(report.instrument), report);
        continue;
      }
      flow.takeReport(report, "recovery");
      // The listing may be old; but if the order lives after all, nobody else would take it back.
      if (!order.isFinal || hasEnded(report.status)) continue;
      this.#untold.add(order);
      await flow.cancel(order);
    }
    return count;
  }

  #leaveAlone({ exchange }: TradingVenue, { clientOrderId, exchangeOrderId, instrument }: OrderReport): void {
    const key = `${exchange} ${exchangeOrderId}`;
    if (this.#foreign.has(key)) return;
    this.#foreign.add(key);
    const { exchangeSymbol } = this.#context.world.instruments.get(instrument);
    const name = clientOrderId === "" ? exchangeOrderId : clientOrderId;
    const text = `The open order ${name} of ${exchangeSymbol} at ${exchange} is not ours and is left alone`;
    this.#context.findings.tell("foreign-order", exchange, name, text);
  }

  /** An order with a name of this journal that is not in it: its line went with the power. */
  async #adopt(instrument: Instrument, report: OrderReport): Promise<void> {
    const { flow, state } = this.#context.world;
    const { clientOrderId, exchangeOrderId, side, type, timeInForce, priceTicks, lots, reduceOnly } = report;
    const createdAt = Number.isFinite(report.createdAt) ? report.createdAt : state.fillsUntil;
    const fills = await this.#bookedFills(instrument, report, createdAt);
    if (flow.tracker.find(clientOrderId) !== undefined) return;
    const request: OrderRequest = {
      ...{ clientOrderId, instrument, side, type, timeInForce, priceTicks, lots, reduceOnly },
    };
    const { execution } = parseClientOrderId(clientOrderId)!;
    const why = "found at the venue, not in the journal";
    this.#context.record({ kind: "order", execution, why, order: journalOrder(request) });
    const order = flow.tracker.restore(request, execution, {
      ...{ state: "unknown", exchangeOrderId, filledLots: 0, averagePrice: 0, fills },
      ...{ createdAt, sentAt: createdAt, answeredAt: NaN, endedAt: NaN, heardAt: NaN },
    });
    this.#touched.add(instrument);
    this.#untold.add(order);
    const text =
      `The order ${clientOrderId} of ${instrument.exchangeSymbol} at ${instrument.exchange} was not in the ` +
      "journal: it is now, and is brought to its end";
    this.#context.findings.tell("adopted-order", instrument.exchange, clientOrderId, text);
    flow.takeReport(report, "recovery");
  }

  /** Fills of an order that are in the ledger although nobody knew the order: the streams were faster. */
  async #bookedFills(instrument: Instrument, order: OrderReport, since: number): Promise<Fill[]> {
    const { flow } = this.#context.world;
    const { clientOrderId, exchangeOrderId } = order;
    for (;;) {
      const before = flow.activity(instrument.exchange);
      const fills = await this.#fillsSince(instrument, since);
      // One that was told meanwhile may be booked and not in the answer.
      if (flow.activity(instrument.exchange) !== before) continue;
      return fills
        .filter((fill) => fill.clientOrderId === clientOrderId || fill.exchangeOrderId === exchangeOrderId)
        .filter((fill) => flow.knownFills.has(fillKey(instrument, fill)))
        .map((fill) => ({ ...fill, clientOrderId }));
    }
  }

  #fillsSince(instrument: Instrument, since: number): Promise<Fill[]> {
    const venue = this.#context.venueOf(instrument);
    return this.#context.answer(
      venue.exchange,
      `fills of ${instrument.exchangeSymbol}`,
      () => venue.fills(instrument, Math.floor(since - overlapMs)),
    );
  }

  async #takeFill(instrument: Instrument, fill: Fill): Promise<void> {
    const { flow, state } = this.#context.world;
    const { tradeId, side, quantity, price, time } = fill;
    const key = fillKey(instrument, fill);
    if (this.#known.has(key)) return;
    let name = this.#isOwn(fill.clientOrderId) ? fill.clientOrderId : flow.nameOf(fill);
    if (name === "" || flow.tracker.find(name) === undefined) {
      // It is in the snapshot, or somebody else's.
      if (time < state.fillsUntil) return;
      name = await this.#find(instrument, fill);
      if (name === "") return;
    }
    flow.takeFill(fill, "recovery");
    this.#known.add(key);
    const text = `Trade ${tradeId} of the order ${name} was not in the journal: ${side} ${quantity} ` +
      `${instrument.base} at ${price}`;
    this.#context.findings.tell("fill", instrument.exchange, name, text);
  }

  /** Asks for the order of a fill and adopts it if it is ours. Returns its name; empty when it is somebody else's. */
  async #find(instrument: Instrument, { clientOrderId, exchangeOrderId }: Fill): Promise<string> {
    const key = `${instrument.exchange} ${exchangeOrderId}`;
    const isNameless = clientOrderId === "" && exchangeOrderId !== "" && !this.#others.has(key);
    if (!this.#isOwn(clientOrderId) && !isNameless) return "";
    const venue = this.#context.venueOf(instrument);
    // Where its id is known the venue needs no search.
    const name = exchangeOrderId === "" ? { clientOrderId } : { exchangeOrderId };
    const ask = (): Promise<OrderReport | undefined> =>
      this.#context.answer(
        venue.exchange,
        `order ${exchangeOrderId || clientOrderId}`,
        () => venue.order({ instrument, ...name }),
      );
    let report = await ask();
    for (const waitMs of denialWaitsMs) {
      if (report !== undefined) break;
      await this.#context.wait(waitMs);
      report = await ask();
    }
    if (report !== undefined && this.#isOwn(report.clientOrderId)) {
      await this.#adopt(instrument, report);
      return report.clientOrderId;
    }
    if (!this.#isOwn(clientOrderId)) this.#others.add(key);
    return clientOrderId;
  }

  /** Instruments of fills that the streams have told since the start. */
  #told(): Instrument[] {
    const { flow: { knownFills }, instruments } = this.#context.world;
    const names = new Set(
      [...knownFills].filter((key) => !this.#known.has(key)).map((key) => key.split(" ", 2).join(" ")),
    );
    return instruments.all.filter(({ exchange, exchangeSymbol }) =>
      names.has(`${exchange} ${exchangeSymbol}`)
    );
  }

  #isOwn(clientOrderId: string): boolean {
    return parseClientOrderId(clientOrderId)?.journal === this.#context.world.state.id;
  }
}

/** Whether the venue has it or may have it. */
function isAlive(order: TrackedOrder): boolean {
  return !order.isFinal || order.isDisputed;
}
