/**
 * Answers and pushes about accounts, by way of the clients.
 * @module
 */
import { assert, assertStrictEquals } from "@std/assert";
import { ProtocolError, VenueError } from "../../src/core/errors.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { HttpResponse } from "../../src/core/network.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../../src/core/order_request.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { GateioFuturesPrivateRest } from "../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioSender } from "../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { GateioSpotPrivateRest } from "../../src/exchanges/gateio/private_spot_rest.ts";
import { MexcPrivateRest } from "../../src/exchanges/mexc/private_rest.ts";
import type { SignedSender } from "../../src/exchanges/mexc/private_sender.ts";
import { testInstruments } from "../support/instruments.ts";
import { assertFill, assertOrder, type OrderFields, rowsOf } from "../support/order_truth.ts";
import { gateioPrivateDocuments } from "../support/private_documents.ts";
import accountBody from "../unit/exchanges/mexc_private_payloads/account.json" with { type: "json" };
import batchBody from "../unit/exchanges/mexc_private_payloads/batch_orders.json" with { type: "json" };
import cancelBody from "../unit/exchanges/mexc_private_payloads/cancel_order.json" with { type: "json" };
import configBody from "../unit/exchanges/mexc_private_payloads/capital_config.json" with { type: "json" };
import depositsBody from "../unit/exchanges/mexc_private_payloads/deposits.json" with { type: "json" };
import newOrderBody from "../unit/exchanges/mexc_private_payloads/new_order.json" with { type: "json" };
import orderBody from "../unit/exchanges/mexc_private_payloads/order.json" with { type: "json" };
import selfBody from "../unit/exchanges/mexc_private_payloads/self_symbols.json" with { type: "json" };
import tradeFeeBody from "../unit/exchanges/mexc_private_payloads/trade_fee.json" with { type: "json" };
import tradesBody from "../unit/exchanges/mexc_private_payloads/my_trades.json" with { type: "json" };
import uidBody from "../unit/exchanges/mexc_private_payloads/uid.json" with { type: "json" };
import withdrawalsBody from "../unit/exchanges/mexc_private_payloads/withdrawals.json" with { type: "json" };
import type { FuzzTarget } from "./fuzz_target.ts";
import { DamagedVenue, type Question, questions } from "./public_request_targets.ts";

const table = testInstruments(["BTC"]);
const [mexcBtc] = table.ofExchange("MEXC_SPOT") as [Instrument];
const [spotBtc] = table.ofExchange("GATEIO_SPOT") as [Instrument];
const [futuresBtc] = table.ofExchange("GATEIO_FUTURES") as [Instrument];
const now = 1_700_000_060_000;

function isPrivateError(error: unknown): boolean {
  return error instanceof ProtocolError || error instanceof VenueError;
}

/** An order of this instrument. */
export function orderOf(instrument: Instrument, clientOrderId: string): OrderRequest {
  return {
    clientOrderId,
    instrument,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 300_000,
    lots: 1000,
    reduceOnly: false,
  };
}

/** Asks something of orders, and judges every order that comes out. */
function ofOrders(
  venue: DamagedVenue,
  part: string,
  instrument: Instrument,
  fields: OrderFields,
  ask: () => Promise<readonly OrderReport[]>,
): () => Promise<unknown> {
  return async () => {
    const reports = await ask();
    // Of a list that damage made very long the first ones will do.
    for (const report of reports.slice(0, 20)) {
      assertOrder(report, instrument, venue.answers.get(part)!, fields);
    }
    return reports;
  };
}

/** Asks for something to be done: that has an outcome, whatever is answered. */
function outcomeOf(
  ask: () => Promise<Outcome<unknown> | Outcome<OrderAck>[]>,
  clientOrderId: string,
): () => Promise<unknown> {
  return async () => {
    let outcomes;
    try {
      outcomes = [await ask()].flat();
    } catch (error) {
      throw new Error("A command has an outcome, never an error", { cause: error });
    }
    for (const outcome of outcomes) {
      assert(["accepted", "refused", "unknown"].includes(outcome.kind));
      if (outcome.kind !== "accepted" || clientOrderId === "") continue;
      const ack = outcome.value as OrderAck;
      assertStrictEquals(ack.clientOrderId, clientOrderId);
      assert(ack.exchangeOrderId !== "");
    }
    return outcomes.map(({ kind }) => kind).join();
  };
}

const mexcFields: OrderFields = { id: ["orderId"], size: "origQty", price: "price" };

const mexc: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const way: SignedSender = {
    send: ({ method, path }): Promise<HttpResponse> => {
      const url = method === "POST" ? `post ${path}` : method === "DELETE" ? `delete ${path}` : path;
      return venue.fetch({ method, url, timeoutMs: 1 });
    },
  };
  const rest = new MexcPrivateRest({ orders: way, queries: way, instruments: [mexcBtc], now: () => now });
  const documents = {
    "/api/v3/order": orderBody,
    "post /api/v3/order": newOrderBody,
    "delete /api/v3/order": cancelBody,
    "delete /api/v3/openOrders": [cancelBody],
    "/api/v3/openOrders": [orderBody],
    "post /api/v3/batchOrders": batchBody,
    "/api/v3/myTrades": tradesBody,
    "/api/v3/account": accountBody,
    "/api/v3/tradeFee": tradeFeeBody,
    "/api/v3/capital/config/getall": configBody.slice(0, 2),
    "/api/v3/capital/deposit/hisrec": depositsBody,
    "/api/v3/capital/withdraw/history": withdrawalsBody,
    "/api/v3/selfSymbols": selfBody,
    "/api/v3/uid": uidBody,
  };
  const reference = { instrument: mexcBtc, exchangeOrderId: "1" };
  const one = (part: keyof typeof documents, name: string, ask: () => Promise<unknown>): Question => ({
    name,
    documents: [part],
    ask,
  });
  return questions("mexc-private-requests", venue, documents, [
    one(
      "/api/v3/order",
      "order",
      ofOrders(venue, "/api/v3/order", mexcBtc, mexcFields, async () => {
        const report = await rest.order(reference);
        return report === undefined ? [] : [report];
      }),
    ),
    one(
      "/api/v3/openOrders",
      "open orders",
      ofOrders(venue, "/api/v3/openOrders", mexcBtc, mexcFields, () => rest.openOrders(mexcBtc)),
    ),
    one("post /api/v3/order", "place", outcomeOf(() => rest.place(orderOf(mexcBtc, "a1")), "a1")),
    one("delete /api/v3/order", "cancel", outcomeOf(() => rest.cancel(reference), "")),
    one("delete /api/v3/openOrders", "cancel all", outcomeOf(() => rest.cancelAll(mexcBtc), "")),
    one(
      "post /api/v3/batchOrders",
      "batch",
      outcomeOf(() => rest.placeBatch([orderOf(mexcBtc, "a1"), orderOf(mexcBtc, "a2")]), ""),
    ),
    one("/api/v3/myTrades", "fills", async () => {
      const fills = await rest.fills(mexcBtc, now - 3_600_000);
      fills.forEach(assertFill);
      return fills;
    }),
    { ...one("/api/v3/account", "spotBalance", () => rest.balances()), added: ["time"] },
    one("/api/v3/tradeFee", "fees", () => rest.fees(mexcBtc)),
    one("/api/v3/capital/config/getall", "networks", () => rest.networks()),
    {
      ...one("/api/v3/capital/deposit/hisrec", "deposits", () => rest.transfers(now - 3_600_000)),
      documents: ["/api/v3/capital/deposit/hisrec", "/api/v3/capital/withdraw/history"],
    },
    one("/api/v3/selfSymbols", "symbols", () => rest.apiSymbols()),
    one("/api/v3/uid", "uid", () => rest.uid()),
  ], isPrivateError);
})();

/** Gate.io's clients, which tell commands and questions apart by the network that they use. */
function gateioClients(
  venue: DamagedVenue,
): { spot: GateioSpotPrivateRest; futures: GateioFuturesPrivateRest } {
  const sender = new GateioSender({
    orders: venue,
    queries: venue,
    baseUrl: "https://api.gateio.ws/api/v4",
    signer: new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" }),
    clock: new SimulatedClock(now),
  });
  return {
    spot: new GateioSpotPrivateRest(sender, (symbol) => table.find("GATEIO_SPOT", symbol)),
    futures: new GateioFuturesPrivateRest(sender, (symbol) => table.find("GATEIO_FUTURES", symbol)),
  };
}

type GatePath = keyof typeof gateioPrivateDocuments;
const since = now - 3_600_000;
const spotFields: OrderFields = { id: ["id"], size: "amount", price: "price" };
const futuresFields: OrderFields = { id: ["id", "id_string"], size: "size", price: "price" };

function question(path: GatePath, name: string, ask: () => Promise<unknown>, added: string[] = []): Question {
  return { name, documents: [path], ask, added };
}

const gateioSpot: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const { spot } = gateioClients(venue);
  const reference = { instrument: spotBtc, exchangeOrderId: "1" };
  const orders = (path: GatePath, ask: () => Promise<readonly OrderReport[]>): () => Promise<unknown> =>
    ofOrders(venue, path, spotBtc, spotFields, ask);
  return questions("gateio-spot-private-requests", venue, gateioPrivateDocuments, [
    question("/spot/open_orders", "open orders", orders("/spot/open_orders", () => spot.openOrders())),
    question("/spot/orders", "orders of a pair", orders("/spot/orders", () => spot.openOrders(spotBtc))),
    question(
      "/spot/orders/1",
      "order",
      orders(
        "/spot/orders/1",
        async () => [await spot.order(reference)].filter((each) => each !== undefined),
      ),
    ),
    question("/spot/orders", "place", outcomeOf(() => spot.place(orderOf(spotBtc, "abc")), "abc")),
    question("/spot/orders/1", "cancel", outcomeOf(() => spot.cancel(reference), "")),
    question("/spot/orders/1", "amend", outcomeOf(() => spot.amend(reference, { lots: 7 }), "")),
    question("/spot/orders", "cancel all", outcomeOf(() => spot.cancelAll(spotBtc), "")),
    question(
      "/spot/batch_orders",
      "batch",
      outcomeOf(() => spot.placeBatch([orderOf(spotBtc, "abc")]), "abc"),
    ),
    question("/spot/my_trades", "fills", async () => {
      const fills = await spot.fills(spotBtc, since);
      fills.forEach(assertFill);
      return fills;
    }, ["fee"]),
    question("/spot/accounts", "balance", () => spot.balances(), ["time"]),
    question("/wallet/fee", "fees", () => spot.fees(spotBtc)),
    {
      name: "networks",
      documents: ["/wallet/withdraw_status", "/spot/currencies"],
      ask: () => spot.networks(),
    },
    {
      name: "coins",
      documents: ["/spot/currencies", "/wallet/withdraw_status"],
      ask: () => spot.networks(["USDT"]),
    },
    {
      name: "deposits",
      documents: ["/wallet/deposits", "/wallet/withdrawals"],
      ask: () => spot.transfers(since),
    },
  ], isPrivateError);
})();

const gateioFutures: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const { futures } = gateioClients(venue);
  const reference = { instrument: futuresBtc, exchangeOrderId: "1" };
  const root = "/futures/usdt";
  const orders = (path: GatePath, ask: () => Promise<readonly OrderReport[]>): () => Promise<unknown> =>
    ofOrders(venue, path, futuresBtc, futuresFields, ask);
  return questions("gateio-futures-private-requests", venue, gateioPrivateDocuments, [
    question(`${root}/orders`, "open orders", orders(`${root}/orders`, () => futures.openOrders())),
    question(
      `${root}/orders/1`,
      "order",
      orders(
        `${root}/orders/1`,
        async () => [await futures.order(reference)].filter((each) => each !== undefined),
      ),
    ),
    question(`${root}/orders/1`, "cancel", outcomeOf(() => futures.cancel(reference), "")),
    question(`${root}/orders/1`, "amend", outcomeOf(() => futures.amend(reference, { lots: 7 }), "")),
    question(`${root}/orders`, "cancel all", outcomeOf(() => futures.cancelAll(futuresBtc), "")),
    question(`${root}/my_trades_timerange`, "fills", async () => {
      const fills = await futures.fills(futuresBtc, since);
      fills.forEach(assertFill);
      const sizes = rowsOf(venue.answers.get(`${root}/my_trades_timerange`)!).map(({ size }) => Number(size));
      for (const { quantity } of fills) {
        assert(sizes.some((size) => Math.abs(Math.abs(size) * 0.0001 - quantity) <= 0.0001), `${quantity}`);
      }
      return fills;
    }, ["quantity"]),
    question(`${root}/accounts`, "futuresBalance", () => futures.balances(), ["time", "locked", "available"]),
    question(`${root}/accounts`, "mode", () => futures.positionMode()),
    question(`${root}/fee`, "fees", () => futures.fees(futuresBtc)),
    question(`${root}/positions`, "position", () => futures.positions(), ["time"]),
    question(
      `${root}/positions`,
      "leverage",
      outcomeOf(() => futures.setLeverage(futuresBtc, 10), ""),
    ),
    question(`${root}/risk_limit_tiers`, "risk tiers", () => futures.riskTiers(futuresBtc)),
    question(`${root}/account_book`, "funding", () => futures.fundingPayments(futuresBtc, since)),
    question("/account/detail", "user", () => futures.userId()),
  ], isPrivateError);
})();

/** What accounts are read with over REST. */
export const privateTargets: readonly FuzzTarget[] = [mexc, gateioSpot, gateioFutures];
