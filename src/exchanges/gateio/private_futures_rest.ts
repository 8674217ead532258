/**
 * A Gate.io account of USDT perpetuals over REST.
 * @module
 */
import * as v from "valibot";
import type {
  FeeRates,
  FundingPayment,
  MarginMode,
  PositionMode,
  PositionReport,
  RiskTier,
} from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import { VenueError } from "../../core/errors.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderReference, OrderReport, Outcome } from "../../core/order_request.ts";
import type { DeadManSwitch, FuturesPrivateRest } from "../interfaces/private_rest.ts";
import { checkBody } from "../wire_schema.ts";
import {
  futuresFill,
  type FuturesFillRow,
  futuresFillSchema,
  futuresOrderReport,
  futuresOrderSchema,
  GateioFuturesOrders,
} from "./private_futures_orders.ts";
import { isNotFound } from "./private_errors.ts";
import { allRows, fillsSince, findRow, searchMs, spansSince } from "./private_listing.ts";
import { accepted, GateioOrderEntry, type OrderTransport } from "./private_order_entry.ts";
import { FuturesSettings } from "./private_futures_settings.ts";
import { positionReport, positionSchema } from "./private_positions.ts";
import type { GateioSender } from "./private_sender.ts";
import {
  amount,
  type FindInstrument,
  idText,
  moment,
  orderId,
  orderText,
  unsigned,
} from "./private_values.ts";

const root = "/futures/usdt";
const accountSchema = v.object({
  currency: v.string(),
  available: amount,
  order_margin: unsigned,
  position_margin: unsigned,
});
const feesSchema = v.record(v.string(), v.object({ maker_fee: amount, taker_fee: amount }));
const bookSchema = v.object({
  time: moment,
  change: amount,
  contract: v.nullish(v.string(), ""),
  id: v.nullish(v.union([v.string(), v.number()]), ""),
  text: v.nullish(v.string(), ""),
});
const tierSchema = v.object({
  risk_limit: unsigned,
  initial_rate: unsigned,
  maintenance_rate: unsigned,
  leverage_max: unsigned,
});
const userSchema = v.object({ user_id: idText });
const futuresUserSchema = v.object({ user: idText });
const firstServerError = 500;
/** Rows of a page: 100 for open orders and positions, 1000 for history. */
const openLimit = 100;
const pageLimit = 1_000;

/** Requests of a Gate.io futures account. */
export class GateioFuturesPrivateRest extends GateioOrderEntry implements FuturesPrivateRest, DeadManSwitch {
  readonly #sender: GateioSender;
  readonly #find: FindInstrument;
  readonly #settings: FuturesSettings;

  /** @param find Knows the contracts that are traded; orders and positions of others are left out of every list. */
  constructor(sender: GateioSender, find: FindInstrument) {
    super(new GateioFuturesOrders(find, "decimal"), futuresTransport(sender));
    this.#sender = sender;
    this.#find = find;
    this.#settings = new FuturesSettings(sender);
  }

  async openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    const rows = await allRows(this.#sender, {
      path: `${root}/orders`,
      query: { contract: instrument?.exchangeSymbol, status: "open" },
      schema: futuresOrderSchema,
      limit: openLimit,
      by: "offset",
    }, ({ id }) => id);
    return rows.flatMap((row) => this.#known(row.contract, (known) => futuresOrderReport(known, row)));
  }

  /**
   * A client order id finds an order until a minute after its end; then the orders of seven days are searched for it.
   */
  async order({ instrument, exchangeOrderId = "", clientOrderId = "" }: OrderReference): Promise<
    OrderReport | undefined
  > {
    const id = orderId(exchangeOrderId, clientOrderId);
    try {
      const { body } = await this.#sender.ask(`${root}/orders/${encodeURIComponent(id)}`);
      return futuresOrderReport(
        instrument,
        checkBody(futuresOrderSchema, body, `Gate.io's futures order ${id}`),
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return exchangeOrderId === "" ? await this.#finishedOrder(instrument, clientOrderId) : undefined;
    }
  }

  async fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    const listing = {
      path: `${root}/my_trades_timerange`,
      query: { contract: instrument.exchangeSymbol },
      schema: futuresFillSchema,
      limit: pageLimit,
      by: "offset",
    } as const;
    return await fillsSince(this.#sender, listing, sinceMs, keyOfFill, (row) => futuresFill(instrument, row));
  }

  /** One balance, of the settlement coin: what is bound is the margin of orders and positions. */
  async balances(): Promise<BalanceSnapshot[]> {
    const { body, timeMs } = await this.#sender.ask(`${root}/accounts`);
    const account = checkBody(accountSchema, body, "Gate.io's futures account");
    return [{
      exchange: "GATEIO_FUTURES",
      coin: account.currency.toUpperCase(),
      available: account.available,
      locked: account.order_margin + account.position_margin,
      time: timeMs,
    }];
  }

  async fees(instrument: Instrument): Promise<FeeRates> {
    const { exchangeSymbol } = instrument;
    const { body } = await this.#sender.ask(`${root}/fee`, { contract: exchangeSymbol });
    const what = `Gate.io's fees of ${exchangeSymbol}`;
    const schema = v.object({ [exchangeSymbol]: v.object({ maker_fee: amount, taker_fee: amount }) });
    checkBody(schema, body, what);
    const fees = checkBody(feesSchema, body, what)[exchangeSymbol]!;
    return { maker: fees.maker_fee, taker: fees.taker_fee };
  }

  /** All positions that the account has a setting for, flat ones included. */
  async positions(): Promise<PositionReport[]> {
    const { path, query } = { path: `${root}/positions`, query: {} };
    const listing = { path, query, schema: positionSchema, limit: openLimit, by: "offset" } as const;
    const rows = await allRows(this.#sender, listing, ({ contract, mode }) => `${contract} ${mode}`);
    return rows.flatMap((row) =>
      this.#known(row.contract, (instrument) => positionReport(instrument, row, this.#sender.nowMs))
    );
  }

  setLeverage(instrument: Instrument, leverage: number): Promise<Outcome<PositionReport[]>> {
    return this.#settings.leverage(instrument, leverage);
  }

  setMarginMode(instrument: Instrument, mode: MarginMode): Promise<Outcome<PositionReport[]>> {
    return this.#settings.marginMode(instrument, mode);
  }

  changeMargin(
    instrument: Instrument,
    change: number,
    side?: "long" | "short",
  ): Promise<Outcome<PositionReport[]>> {
    return this.#settings.margin(instrument, change, side);
  }

  positionMode(): Promise<PositionMode> {
    return this.#settings.mode();
  }

  setPositionMode(mode: PositionMode): Promise<Outcome<PositionMode>> {
    return this.#settings.setMode(mode);
  }

  async riskTiers(instrument: Instrument): Promise<RiskTier[]> {
    const { exchangeSymbol } = instrument;
    const { body } = await this.#sender.ask(`${root}/risk_limit_tiers`, {
      contract: exchangeSymbol,
      limit: pageLimit,
    });
    return checkBody(v.array(tierSchema), body, `Gate.io's risk limits of ${exchangeSymbol}`).map((tier) => ({
      limit: tier.risk_limit,
      initialRate: tier.initial_rate,
      maintenanceRate: tier.maintenance_rate,
      maxLeverage: tier.leverage_max,
    }));
  }

  async fundingPayments(instrument: Instrument, sinceMs: number): Promise<FundingPayment[]> {
    const payments = new Map<string, FundingPayment>();
    for (const span of spansSince(sinceMs, this.#sender.nowMs)) {
      // Older rows have no id.
      const key = (row: v.InferOutput<typeof bookSchema>): string =>
        String(row.id) || `${row.time} ${row.change} ${row.text}`;
      const rows = await allRows(this.#sender, {
        path: `${root}/account_book`,
        query: { contract: instrument.exchangeSymbol, type: "fund", ...span },
        schema: bookSchema,
        limit: pageLimit,
        by: "offset",
      }, key);
      for (const row of rows) {
        payments.set(key(row), { instrument: instrument.id, amount: row.change, time: row.time });
      }
    }
    return [...payments.values()].filter(({ time }) => time >= sinceMs).sort((a, b) => a.time - b.time);
  }

  async keepAlive(timeoutSeconds: number): Promise<Outcome<void>> {
    const outcome = await this.#sender.command({
      method: "POST",
      path: `${root}/countdown_cancel_all`,
      body: { timeout: timeoutSeconds },
    });
    return accepted(outcome, () => {});
  }

  /**
   * The number of the user: what private futures streams are subscribed with. A key that may trade futures only is
   * refused the details; its futures account has the number too.
   */
  async userId(): Promise<string> {
    try {
      const { body } = await this.#sender.ask("/account/detail");
      return checkBody(userSchema, body, "Gate.io's account detail").user_id;
    } catch (error) {
      if (!(error instanceof VenueError) || error.status >= firstServerError) throw error;
      const { body } = await this.#sender.ask(`${root}/accounts`);
      return checkBody(futuresUserSchema, body, "Gate.io's futures account").user;
    }
  }

  #known<Value>(symbol: string, read: (instrument: Instrument) => Value): Value[] {
    const instrument = this.#find(symbol);
    return instrument === undefined ? [] : [read(instrument)];
  }

  async #finishedOrder(instrument: Instrument, clientOrderId: string): Promise<OrderReport | undefined> {
    const listing = {
      path: `${root}/orders_timerange`,
      query: {
        contract: instrument.exchangeSymbol,
        from: Math.floor((this.#sender.nowMs - searchMs) / 1000),
      },
      schema: futuresOrderSchema,
      limit: pageLimit,
      by: "offset",
    } as const;
    const row = await findRow(this.#sender, listing, ({ text }) => text === orderText(clientOrderId));
    return row && futuresOrderReport(instrument, row);
  }
}

/** Both sides of a trade with oneself have the same id. */
function keyOfFill({ trade_id: trade, id, order_id: order }: FuturesFillRow): string {
  return `${trade ?? id} ${order}`;
}

function futuresTransport(sender: GateioSender): OrderTransport {
  const path = ({ id }: { readonly id: string }): string => `${root}/orders/${id}`;
  const send = async (command: Parameters<GateioSender["command"]>[0]): Promise<Outcome<unknown>> =>
    accepted(await sender.command(command), ({ body }) => body);
  return {
    place: (body) => send({ method: "POST", path: `${root}/orders`, body, expires: true }),
    placeBatch: (body) => send({ method: "POST", path: `${root}/batch_orders`, body, expires: true }),
    amend: (name, body) => send({ method: "PUT", path: path(name), body, expires: true }),
    cancel: (name) => send({ method: "DELETE", path: path(name) }),
    cancelAll: ({ exchangeSymbol }) =>
      send({ method: "DELETE", path: `${root}/orders`, query: { contract: exchangeSymbol } }),
    status: async (name) => accepted(await sender.look(path(name)), ({ body }) => body),
  };
}
