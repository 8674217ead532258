/**
 * An account of the bench: orders go the real way; what the venue would stream of them is told here.
 * @module
 */
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { Clock } from "../../src/core/clock.ts";
import { exchangeByKey, type ExchangeKey } from "../../src/core/exchange.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import { LiveVenue } from "../../src/engine/live_venue.ts";
import type { VenueAccess } from "../../src/engine/venue_access.ts";
import type { AccountChannels } from "../../src/exchanges/private_session.ts";
import type { TradingVenue } from "../../src/execution/trading_venue.ts";

/** Of every coin. */
const plenty = 1e9;
const orderTimeoutMs = 5_000;

/** Rich, always followed, and filled whole. */
export class BenchAccount implements TradingVenue {
  readonly exchange: ExchangeKey;
  readonly isLive = true;
  readonly orderValidityMs = orderTimeoutMs;
  readonly clockErrorMs = 1;
  readonly #venue: LiveVenue;
  readonly #coins: readonly string[];
  readonly #handlers: Partial<AccountChannels> = {};
  #trades = 0;

  constructor(access: VenueAccess, private readonly clock: Clock) {
    this.exchange = access.exchange;
    this.#venue = new LiveVenue(access, orderTimeoutMs);
    this.#coins = ["USDT", ...access.instruments.map(({ base }) => base)];
  }

  get timeMs(): number {
    return this.#venue.timeMs;
  }

  bind<Channel extends keyof AccountChannels>(channel: Channel, handler: AccountChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  start(): void {
    this.#handlers.connection?.("live");
  }

  stop(): void {}

  async place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const outcome = await this.#venue.place(request);
    if (outcome.kind !== "accepted") throw new Error(`The bench's venue: ${JSON.stringify(outcome)}`);
    const { exchangeOrderId } = outcome.value;
    // After the acknowledgement has been taken in.
    this.clock.setTimer(0, () => this.#fill(request, exchangeOrderId));
    return outcome;
  }

  cancel(): Promise<Outcome<OrderAck>> {
    throw new Error("The bench cancels nothing");
  }

  cancelAll(): Promise<Outcome<OrderAck[]>> {
    throw new Error("The bench cancels nothing");
  }

  openOrders(): Promise<OrderReport[]> {
    return Promise.resolve([]);
  }

  order(): Promise<OrderReport | undefined> {
    throw new Error("The bench asks for no order");
  }

  fills(): Promise<Fill[]> {
    return Promise.resolve([]);
  }

  balances(): Promise<BalanceSnapshot[]> {
    const { exchange } = this;
    const time = this.clock.epochMs();
    return Promise.resolve(
      this.#coins.map((coin) => ({ exchange, coin, available: plenty, locked: 0, time })),
    );
  }

  #fill({ instrument, clientOrderId, side, lots, priceTicks }: OrderRequest, exchangeOrderId: string): void {
    const { id, lot, tick, baseFactor, takerFee, base, quote } = instrument;
    const price = tick.value(priceTicks), quantity = lot.value(lots) * baseFactor;
    const time = this.clock.epochMs();
    const isKept = side === "buy" && exchangeByKey(this.exchange).buyFeeCoin === "base";
    const feeQuote = quoteAmount(quantity * price * takerFee);
    this.#handlers.fill?.({
      tradeId: String(++this.#trades),
      clientOrderId,
      exchangeOrderId,
      instrument: id,
      side,
      price,
      quantity: baseQuantity(quantity),
      notional: quoteAmount(quantity * price),
      fee: isKept ? quantity * takerFee : feeQuote,
      feeCoin: isKept ? base : quote,
      feeQuote,
      liquidity: "taker",
      time,
    });
    this.#handlers.order?.({
      instrument: id,
      exchangeOrderId,
      clientOrderId,
      side,
      type: "limit",
      timeInForce: "ioc",
      priceTicks,
      lots,
      filledLots: lots,
      averagePrice: price,
      status: "filled",
      reduceOnly: false,
      createdAt: time,
      updatedAt: time,
    });
  }
}
