/**
 * MEXC's public spot requests.
 * @module
 */
import * as v from "valibot";
import { DecimalStep } from "../../core/decimal_step.ts";
import { DepthUpdate } from "../../core/depth_update.ts";
import { type Instrument, type InstrumentSpec, unitStep } from "../../core/instrument.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type { AssetPair, PublicRest } from "../interfaces/public_rest.ts";
import { checkBody, checkRows, decimalText, levelPairs, pushLevels, wholeNumber } from "../wire_schema.ts";

/** The fields of `exchangeInfo` that are used; protocols of the venue name more. */
const symbolSchema = v.object({
  symbol: v.string(),
  status: v.string(),
  baseAsset: v.string(),
  quoteAsset: v.string(),
  baseAssetPrecision: v.number(),
  quoteAssetPrecision: v.number(),
  baseSizePrecision: decimalText,
  quoteAmountPrecision: decimalText,
  isSpotTradingAllowed: v.boolean(),
  makerCommission: v.string(),
  takerCommission: v.string(),
});
const exchangeInfoSchema = v.object({ symbols: v.unknown() });
const depthSchema = v.object({ lastUpdateId: wholeNumber, bids: levelPairs, asks: levelPairs });
const errorSchema = v.object({ code: v.union([v.number(), v.string()]) });

/** Takes the code out of an error body `{"code":-1121,"msg":"…"}`. */
export function mexcErrorCode(body: unknown): string {
  const result = v.safeParse(errorSchema, body);
  return result.success ? String(result.output.code) : "";
}

/** Requests for public MEXC spot data. */
export class MexcPublicRest implements PublicRest {
  constructor(private readonly client: RestClient) {}

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const wanted = new Set(pairs.map(({ base, quote }) => base + quote));
    const body = await this.client.get("/api/v3/exchangeInfo");
    const { symbols } = checkBody(exchangeInfoSchema, body, "MEXC exchangeInfo");
    return checkRows(symbolSchema, symbols, "symbol", wanted, "MEXC exchangeInfo").map(toSpec);
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const body = await this.client.get("/api/v3/depth", { symbol: instrument.exchangeSymbol, limit: depth });
    const snapshot = checkBody(depthSchema, body, `MEXC depth of ${instrument.exchangeSymbol}`);
    const update = new DepthUpdate();
    update.instrument = instrument.id;
    update.firstId = update.lastId = snapshot.lastUpdateId;
    update.full = true;
    pushLevels(update.bids, snapshot.bids);
    pushLevels(update.asks, snapshot.asks);
    return update;
  }
}

function toSpec(symbol: v.InferOutput<typeof symbolSchema>): InstrumentSpec {
  return {
    exchange: "MEXC_SPOT",
    base: symbol.baseAsset,
    quote: symbol.quoteAsset,
    exchangeSymbol: symbol.symbol,
    tick: DecimalStep.ofDecimals(symbol.quoteAssetPrecision),
    lot: DecimalStep.ofDecimals(symbol.baseAssetPrecision),
    contractSize: unitStep,
    // Despite its name this is the smallest quantity.
    minQuantity: Number(symbol.baseSizePrecision),
    minNotional: Number(symbol.quoteAmountPrecision),
    makerFee: Number(symbol.makerCommission),
    takerFee: Number(symbol.takerCommission),
    // Status "1" is online; older documents print "ENABLED".
    tradable: (symbol.status === "1" || symbol.status === "ENABLED") && symbol.isSpotTradingAllowed,
  };
}
