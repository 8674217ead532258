/**
 * MEXC's private spot requests.
 * @module
 */
import * as v from "valibot";
import type { FeeRates, NetworkStatus, TransferRecord } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import { ProtocolError, VenueError } from "../../core/errors.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type {
  OrderAck,
  OrderAmendment,
  OrderReference,
  OrderReport,
  OrderRequest,
  Outcome,
  Refused,
} from "../../core/order_request.ts";
import type { SpotPrivateRest } from "../interfaces/private_rest.ts";
import { checkBody, signedDecimal } from "../wire_schema.ts";
import { orderParameters, referenceParameters, type TextPair } from "./order_text.ts";
import { ask, attempt } from "./private_answers.ts";
import { readAck, readBalances, readCancel, readOrder, readOrders, readTrade } from "./private_documents.ts";
import { placeBatch } from "./private_batch.ts";
import { meaningOf } from "./private_errors.ts";
import { wholeList } from "./private_paging.ts";
import type { PrivateRequest, SignedSender } from "./private_sender.ts";
import { fetchNetworks, fetchTransfers } from "./private_wallet.ts";

/** What a {@link MexcPrivateRest} takes. */
export interface MexcPrivateRestOptions {
  /** Way of what changes orders: it never sends a request twice. */
  readonly orders: SignedSender;
  /** Way of questions. */
  readonly queries: SignedSender;
  /** The instruments that are traded. Orders of others are not told. */
  readonly instruments: readonly Instrument[];
  /** The venue's time as far as it is known, epoch milliseconds. */
  readonly now: () => number;
}

const orderPath = "/api/v3/order";
const openOrdersPath = "/api/v3/openOrders";
/** The venue tells the fills of the last month, 100 at once. */
const fillReachMs = 30 * 86_400_000;
const fillLimit = 100;
/** The venue's clock may be ahead of what is known of it. */
const aheadMs = 60_000;

const ratio = v.pipe(signedDecimal, v.transform(Number));
/** Instruments that are asked for one by one. */
const mostSymbols = 100;

const feeSchema = v.object({ data: v.object({ makerCommission: ratio, takerCommission: ratio }) });
const symbolsSchema = v.object({ data: v.nullish(v.array(v.string()), []) });
const listSchema = v.array(v.unknown());

/** Trading and account of MEXC spot over REST. */
export class MexcPrivateRest implements SpotPrivateRest {
  readonly #orders: SignedSender;
  readonly #queries: SignedSender;
  readonly #now: () => number;
  readonly #instruments: ReadonlyMap<string, Instrument>;

  constructor({ orders, queries, instruments, now }: MexcPrivateRestOptions) {
    this.#orders = orders;
    this.#queries = queries;
    this.#now = now;
    this.#instruments = new Map(instruments.map((instrument) => [instrument.exchangeSymbol, instrument]));
  }

  /** The venue answers with an id only: state and fills come over the stream, or are asked for. */
  // deno-lint-ignore require-await -- a refusal of ours is an outcome like any other
  async place(request: OrderRequest): Promise<Outcome<OrderAck>> {
    const parameters = orderParameters(request);
    if (typeof parameters === "string") return impossible(parameters);
    const { clientOrderId } = request;
    return attempt(
      this.#orders,
      { method: "POST", path: orderPath, parameters },
      (body) => readAck(body, clientOrderId),
    );
  }

  /** Has the venue check an order without placing it: its parameters and the key's rights, not the balance. */
  // deno-lint-ignore require-await -- as above
  async test(request: OrderRequest): Promise<Outcome<void>> {
    const parameters = orderParameters(request);
    if (typeof parameters === "string") return impossible(parameters);
    return attempt(this.#orders, { method: "POST", path: `${orderPath}/test`, parameters }, () => undefined);
  }

  placeBatch(requests: readonly OrderRequest[]): Promise<Outcome<OrderAck>[]> {
    return placeBatch(this.#orders, requests);
  }

  /** MEXC cannot change orders. */
  amend(_order: OrderReference, _change: OrderAmendment): Promise<Outcome<OrderAck>> {
    return Promise.resolve(impossible("MEXC cannot change an order: cancel it and place another"));
  }

  /** `not-found` also for an order that has ended: the venue does not tell the two apart. */
  // deno-lint-ignore require-await -- as above
  async cancel(order: OrderReference): Promise<Outcome<OrderAck>> {
    const parameters = referenceParameters(order);
    if (parameters === undefined) return impossible("An order without any id cannot be cancelled");
    const { instrument, clientOrderId = "" } = order;
    return attempt(this.#orders, { method: "DELETE", path: orderPath, parameters }, (body) => {
      const ack = readCancel(body, instrument, this.#now());
      return ack.clientOrderId === "" ? { ...ack, clientOrderId } : ack;
    });
  }

  cancelAll(instrument: Instrument): Promise<Outcome<OrderAck[]>> {
    const parameters: TextPair[] = [["symbol", instrument.exchangeSymbol]];
    return attempt(
      this.#orders,
      { method: "DELETE", path: openOrdersPath, parameters },
      (body) =>
        checkBody(listSchema, body, "MEXC cancellations").map((row) =>
          readCancel(row, instrument, this.#now())
        ),
    );
  }

  /**
   * The newest documents let the symbol out, older ones want it: when the venue refuses a question without one, each
   * instrument is asked for, unless they are too many.
   */
  async openOrders(instrument?: Instrument): Promise<OrderReport[]> {
    if (instrument !== undefined) return await this.#openOrders([["symbol", instrument.exchangeSymbol]]);
    try {
      return await this.#openOrders([]);
    } catch (error) {
      if (!wantsParameters(error) || this.#instruments.size > mostSymbols) throw error;
    }
    const reports: OrderReport[] = [];
    for (const each of this.#instruments.values()) reports.push(...await this.openOrders(each));
    return reports;
  }

  async #openOrders(parameters: PrivateRequest["parameters"]): Promise<OrderReport[]> {
    return readOrders(await this.#get(openOrdersPath, parameters), this.#instruments);
  }

  async order(order: OrderReference): Promise<OrderReport | undefined> {
    const parameters = referenceParameters(order);
    if (parameters === undefined) throw new ProtocolError("An order without any id cannot be asked for");
    try {
      return readOrder(await this.#get(orderPath, parameters), order.instrument);
    } catch (error) {
      // A failing server may well say "not found" about an order that stands.
      const stated = error instanceof VenueError && error.status < 500 &&
        meaningOf(error.code) === "not-found";
      if (stated) return undefined;
      throw error;
    }
  }

  /** Of the last month, because the venue tells no older ones. Errors also as {@link wholeList}. */
  fills(instrument: Instrument, sinceMs: number): Promise<Fill[]> {
    const now = Math.floor(this.#now());
    const from = Math.max(Math.floor(sinceMs), now - fillReachMs + aheadMs);
    return wholeList({
      what: "fills",
      limit: fillLimit,
      page: (range) => this.#fillPage(instrument, range.from, range.to),
      timeOf: ({ time }) => time,
      idOf: ({ tradeId, side }) => `${tradeId} ${side}`,
    }, { from, to: Math.max(from, now + aheadMs) });
  }

  async #fillPage(instrument: Instrument, from: number, to: number): Promise<Fill[]> {
    const parameters: TextPair[] = [
      ["symbol", instrument.exchangeSymbol],
      ["startTime", String(from)],
      ["endTime", String(to)],
      ["limit", String(fillLimit)],
    ];
    const body = await this.#get("/api/v3/myTrades", parameters);
    return checkBody(listSchema, body, "MEXC myTrades").map((row) => readTrade(row, instrument));
  }

  /** Coins without any balance may be missing. */
  async balances(): Promise<BalanceSnapshot[]> {
    const body = await this.#get("/api/v3/account");
    return readBalances(body, Math.floor(this.#now()));
  }

  async fees(instrument: Instrument): Promise<FeeRates> {
    const body = await this.#get("/api/v3/tradeFee", [["symbol", instrument.exchangeSymbol]]);
    const { makerCommission, takerCommission } = checkBody(feeSchema, body, "MEXC tradeFee").data;
    return { maker: makerCommission, taker: takerCommission };
  }

  networks(coins?: readonly string[]): Promise<NetworkStatus[]> {
    return fetchNetworks(this.#queries, coins);
  }

  transfers(sinceMs: number): Promise<TransferRecord[]> {
    return fetchTransfers(this.#queries, Math.floor(sinceMs), Math.floor(this.#now()));
  }

  /**
   * Symbols that this key may trade: its own (`selfSymbols`), or those that are open to every key (`defaultSymbols`)
   * when it has no list of its own (UNCONFIRMED: that an empty list means this). Others look tradable in `exchangeInfo`
   * and are refused.
   */
  async apiSymbols(): Promise<ReadonlySet<string>> {
    const own = await this.#symbols("selfSymbols");
    return new Set(own.length > 0 ? own : await this.#symbols("defaultSymbols"));
  }

  async #symbols(list: "selfSymbols" | "defaultSymbols"): Promise<string[]> {
    return checkBody(symbolsSchema, await this.#get(`/api/v3/${list}`), `MEXC ${list}`).data ?? [];
  }

  /** Number of the account. */
  async uid(): Promise<string> {
    return checkBody(
      v.object({ uid: v.pipe(v.union([v.string(), v.number()]), v.transform(String)) }),
      await this.#get("/api/v3/uid"),
      "MEXC uid",
    ).uid;
  }

  #get(path: string, parameters: PrivateRequest["parameters"] = []): Promise<unknown> {
    return ask(this.#queries, { method: "GET", path, parameters });
  }
}

/** UNCONFIRMED: with which code the venue misses a parameter. */
function wantsParameters(error: unknown): boolean {
  return error instanceof VenueError && error.status < 500 && error.code !== "" &&
    ["parameters", "symbol-closed", "unknown"].includes(meaningOf(error.code));
}

function impossible(message: string): Refused {
  return { kind: "refused", reason: "parameters", code: "", message: `Not sent: ${message}` };
}
