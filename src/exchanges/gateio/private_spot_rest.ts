/**
 * A Gate.io spot account over REST.
 * @module
 */
import * as v from "valibot";
import type { FeeRates, NetworkStatus, TransferRecord } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderReference, OrderReport, Outcome } from "../../core/order_request.ts";
import type { DeadManSwitch, SpotPrivateRest } from "../interfaces/private_rest.ts";
import { checkBody } from "../wire_schema.ts";
import { isNotFound } from "./private_errors.ts";
import { allRows, fillsSince, findRow, searchMs } from "./private_listing.ts";
import { accepted, GateioOrderEntry, type OrderName, type OrderTransport } from "./private_order_entry.ts";
import type { GateioSender } from "./private_sender.ts";
import {
  GateioSpotOrders,
  spotFill,
  type SpotFillRow,
  spotFillSchema,
  spotOrderReport,
  spotOrderSchema,
} from "./private_spot_orders.ts";
import { amount, type FindInstrument, orderId, orderText, unsigned } from "./private_values.ts";
import { fetchNetworks, fetchTransfers } from "./private_wallet.ts";

const accountsSchema = v.array(v.object({ currency: v.string(), available: amount, locked: unsigned }));
const feeSchema = v.object({ maker_fee: amount, taker_fee: amount });
const openOrdersSchema = v.array(
  v.object({
    currency_pair: v.string(),
    total: v.number(),
    orders: v.array(v.unknown()),
  }),
);
/** Rows of a page: 100 for open orders, 1000 for everything else. */
const openLimit = 100;
const pageLimit = 1_000;
const maxOpenPages = 100;

/** Requests of a Gate.io spot account. */
export class GateioSpotPrivateRest extends GateioOrderEntry implements SpotPrivateRest, DeadManSwitch {
  readonly #sender: GateioSender;
  readonly #find: FindInstrument;

  /** @param find Knows the instruments that are traded; orders of others are left out of every list. */
  constructor(sender: GateioSender, find: FindInstrument) {
    super(new GateioSpotOrders(find), spotTransport(sender));
    this.#sender = sender;
    this.#find = find;
  }

  async openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    if (instrument === undefined) return await this.#allOpenOrders();
    const rows = await allRows(this.#sender, {
      path: "/spot/orders",
      query: { currency_pair: instrument.exchangeSymbol, status: "open" },
      schema: spotOrderSchema,
      limit: openLimit,
      by: "page",
    }, ({ id }) => id);
    return rows.map((row) => spotOrderReport(instrument, row));
  }

  /**
   * A client order id finds an order while it is open; then the finished orders of seven days are searched for it.
   */
  async order({ instrument, exchangeOrderId = "", clientOrderId = "" }: OrderReference): Promise<
    OrderReport | undefined
  > {
    const id = orderId(exchangeOrderId, clientOrderId);
    try {
      const query = { currency_pair: instrument.exchangeSymbol };
      const { body } = await this.#sender.ask(`/spot/orders/${encodeURIComponent(id)}`, query);
      return spotOrderReport(instrument, checkBody(spotOrderSchema, body, `Gate.io's spot order ${id}`));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return exchangeOrderId === "" ? await this.#finishedOrder(instrument, clientOrderId) : undefined;
    }
  }

  async fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    const listing = {
      path: "/spot/my_trades",
      query: { currency_pair: instrument.exchangeSymbol },
      schema: spotFillSchema,
      limit: pageLimit,
      by: "page",
    } as const;
    return await fillsSince(this.#sender, listing, sinceMs, keyOfFill, (row) => spotFill(instrument, row));
  }

  async balances(): Promise<BalanceSnapshot[]> {
    const { body, timeMs } = await this.#sender.ask("/spot/accounts");
    return checkBody(accountsSchema, body, "Gate.io's spot accounts").map((
      { currency, available, locked },
    ) => ({
      exchange: "GATEIO_SPOT",
      coin: currency,
      available,
      locked,
      time: timeMs,
    }));
  }

  async fees(instrument: Instrument): Promise<FeeRates> {
    const { body } = await this.#sender.ask("/wallet/fee", { currency_pair: instrument.exchangeSymbol });
    const fees = checkBody(feeSchema, body, `Gate.io's fees of ${instrument.exchangeSymbol}`);
    return { maker: fees.maker_fee, taker: fees.taker_fee };
  }

  networks(coins?: readonly string[]): Promise<NetworkStatus[]> {
    return fetchNetworks(this.#sender, coins);
  }

  transfers(sinceMs: number): Promise<TransferRecord[]> {
    return fetchTransfers(this.#sender, sinceMs);
  }

  async keepAlive(timeoutSeconds: number): Promise<Outcome<void>> {
    const outcome = await this.#sender.command({
      method: "POST",
      path: "/spot/countdown_cancel_all",
      body: { timeout: timeoutSeconds },
    });
    return accepted(outcome, () => {});
  }

  async #allOpenOrders(): Promise<OrderReport[]> {
    const reports = new Map<string, OrderReport>();
    for (let page = 1; page <= maxOpenPages; page++) {
      const { body } = await this.#sender.ask("/spot/open_orders", { page, limit: openLimit });
      const pairs = checkBody(openOrdersSchema, body, "Gate.io's open spot orders");
      for (const { currency_pair: symbol, total, orders } of pairs) {
        const instrument = this.#find(symbol);
        if (instrument === undefined) continue;
        const what = `Gate.io's open orders of ${symbol}`;
        const due = Math.min(openLimit, total - (page - 1) * openLimit);
        if (orders.length < due) throw new ProtocolError(`${what} are not whole: ${orders.length} of ${due}`);
        for (const row of checkBody(v.array(spotOrderSchema), orders, what)) {
          reports.set(row.id, spotOrderReport(instrument, row));
        }
      }
      // Pages are counted within each pair.
      if (pairs.every(({ total }) => total <= page * openLimit)) break;
    }
    return [...reports.values()];
  }

  async #finishedOrder(instrument: Instrument, clientOrderId: string): Promise<OrderReport | undefined> {
    const listing = {
      path: "/spot/orders",
      query: {
        currency_pair: instrument.exchangeSymbol,
        status: "finished",
        from: Math.floor((this.#sender.nowMs - searchMs) / 1000),
      },
      schema: spotOrderSchema,
      limit: pageLimit,
      by: "page",
    } as const;
    const row = await findRow(this.#sender, listing, ({ text }) => text === orderText(clientOrderId));
    return row && spotOrderReport(instrument, row);
  }
}

/** Both sides of a trade with oneself have the same id. */
function keyOfFill({ id, order_id: order }: SpotFillRow): string {
  return `${id} ${order}`;
}

function spotTransport(sender: GateioSender): OrderTransport {
  const pair = ({ exchangeSymbol }: Instrument): { currency_pair: string } => ({
    currency_pair: exchangeSymbol,
  });
  const path = ({ id }: OrderName): string => `/spot/orders/${id}`;
  const send = async (command: Parameters<GateioSender["command"]>[0]): Promise<Outcome<unknown>> =>
    accepted(await sender.command(command), ({ body }) => body);
  return {
    place: (body) => send({ method: "POST", path: "/spot/orders", body, expires: true }),
    placeBatch: (body) => send({ method: "POST", path: "/spot/batch_orders", body, expires: true }),
    amend: (name, body) =>
      send({ method: "PATCH", path: path(name), query: pair(name.instrument), body, expires: true }),
    cancel: (name) => send({ method: "DELETE", path: path(name), query: pair(name.instrument) }),
    cancelAll: (instrument) => send({ method: "DELETE", path: "/spot/orders", query: pair(instrument) }),
    status: async (name) =>
      accepted(await sender.look(path(name), pair(name.instrument)), ({ body }) => body),
  };
}
