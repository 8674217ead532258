/**
 * Gate.io's public requests, spot and futures.
 * @module
 */
import * as v from "valibot";
import { DecimalStep } from "../../core/decimal_step.ts";
import { DepthUpdate } from "../../core/depth_update.ts";
import { exchangeByKey } from "../../core/exchange.ts";
import { type Instrument, type InstrumentSpec, unitStep } from "../../core/instrument.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type { AssetPair, PublicRest } from "../interfaces/public_rest.ts";
import { checkBody, checkRows, decimalText, levelPairs, pushLevels, wholeNumber } from "../wire_schema.ts";

const optionalDecimal = v.nullish(v.string());
const currencyPairSchema = v.object({
  id: v.string(),
  base: v.string(),
  quote: v.string(),
  min_base_amount: optionalDecimal,
  min_quote_amount: optionalDecimal,
  amount_precision: v.number(),
  precision: v.number(),
  trade_status: v.string(),
});
const contractSchema = v.object({
  name: v.string(),
  type: v.string(),
  quanto_multiplier: decimalText,
  order_size_min: v.union([v.number(), v.string()]),
  order_price_round: decimalText,
  in_delisting: v.boolean(),
  status: v.optional(v.string(), "trading"),
});
const spotBookSchema = v.object({ id: wholeNumber, bids: levelPairs, asks: levelPairs });
const futuresLevel = v.object({ p: decimalText, s: v.union([v.number(), decimalText]) });
const futuresBookSchema = v.object({
  id: wholeNumber,
  bids: v.array(futuresLevel),
  asks: v.array(futuresLevel),
});
const errorSchema = v.object({ label: v.string() });

/** Takes the label out of an error body `{"label":"…","message":"…"}`. */
export function gateioErrorCode(body: unknown): string {
  const result = v.safeParse(errorSchema, body);
  return result.success ? result.output.label : "";
}

/** Requests for public Gate.io spot data. */
export class GateioSpotPublicRest implements PublicRest {
  constructor(private readonly client: RestClient) {}

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const wanted = wantedSymbols(pairs);
    const body = await this.client.get("/spot/currency_pairs");
    return checkRows(currencyPairSchema, body, "id", wanted, "Gate.io currency_pairs").map(toSpotSpec);
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const query = { currency_pair: instrument.exchangeSymbol, limit: depth, with_id: true };
    const body = await this.client.get("/spot/order_book", query);
    const book = checkBody(spotBookSchema, body, `Gate.io order_book of ${instrument.exchangeSymbol}`);
    const update = emptySnapshot(instrument, book.id);
    pushLevels(update.bids, book.bids);
    pushLevels(update.asks, book.asks);
    return update;
  }
}

/** Requests for public data of Gate.io USDT perpetuals. */
export class GateioFuturesPublicRest implements PublicRest {
  constructor(private readonly client: RestClient) {}

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const wanted = wantedSymbols(pairs);
    const pageSize = 1_000;
    const specs: InstrumentSpec[] = [];
    for (let offset = 0;; offset += pageSize) {
      const body = await this.client.get("/futures/usdt/contracts", { limit: pageSize, offset });
      const listed = checkRows(contractSchema, body, "name", wanted, "Gate.io contracts");
      // Inverse contracts are not counted in units of the base coin.
      specs.push(...listed.filter(({ type }) => type === "direct").map(toFuturesSpec));
      if ((body as unknown[]).length < pageSize) return specs;
    }
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const query = { contract: instrument.exchangeSymbol, limit: depth, with_id: true };
    const body = await this.client.get("/futures/usdt/order_book", query);
    const book = checkBody(futuresBookSchema, body, `Gate.io order_book of ${instrument.exchangeSymbol}`);
    const update = emptySnapshot(instrument, book.id);
    for (const { p, s } of book.bids) update.bids.push(Number(p), Number(s));
    for (const { p, s } of book.asks) update.asks.push(Number(p), Number(s));
    return update;
  }
}

function wantedSymbols(pairs: readonly AssetPair[]): Set<string> {
  return new Set(pairs.map(({ base, quote }) => `${base}_${quote}`));
}

function emptySnapshot(instrument: Instrument, id: number): DepthUpdate {
  const update = new DepthUpdate();
  update.instrument = instrument.id;
  update.firstId = update.lastId = id;
  update.full = true;
  return update;
}

function toSpotSpec(pair: v.InferOutput<typeof currencyPairSchema>): InstrumentSpec {
  // The pair's own `fee` is a percentage of the oldest tier; an account's fee comes from /wallet/fee.
  const { makerFee, takerFee } = exchangeByKey("GATEIO_SPOT");
  return {
    exchange: "GATEIO_SPOT",
    base: pair.base,
    quote: pair.quote,
    exchangeSymbol: pair.id,
    tick: DecimalStep.ofDecimals(pair.precision),
    lot: DecimalStep.ofDecimals(pair.amount_precision),
    contractSize: unitStep,
    minQuantity: Number(pair.min_base_amount ?? 0),
    minNotional: Number(pair.min_quote_amount ?? 0),
    makerFee,
    takerFee,
    tradable: pair.trade_status === "tradable",
  };
}

function toFuturesSpec(contract: v.InferOutput<typeof contractSchema>): InstrumentSpec {
  // `maker_fee_rate` and `taker_fee_rate` of a contract are not what ordinary users pay.
  const { makerFee, takerFee } = exchangeByKey("GATEIO_FUTURES");
  const [base = "", quote = ""] = contract.name.split("_");
  return {
    exchange: "GATEIO_FUTURES",
    base,
    quote,
    exchangeSymbol: contract.name,
    tick: DecimalStep.parse(contract.order_price_round),
    // Without the decimal-size header sizes are whole contracts.
    lot: unitStep,
    contractSize: DecimalStep.parse(contract.quanto_multiplier),
    // Contracts with decimal sizes show a minimum of 0 as an artefact of truncation.
    minQuantity: Math.max(1, Number(contract.order_size_min)),
    minNotional: 0,
    makerFee,
    takerFee,
    tradable: contract.status === "trading" && !contract.in_delisting,
  };
}
