/**
 * Histories of Gate.io USDT perpetuals.
 * @module
 */
import * as v from "valibot";
import type { Clock } from "../../core/clock.ts";
import type { Instrument } from "../../core/instrument.ts";
import { type HistoryRange, type Kline, type KlineInterval, klineLengthMs } from "../../core/kline.ts";
import type { ContractStats, FundingSettlement, PublicLiquidation } from "../../core/market_ticker.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type { ReferencePrice } from "../interfaces/public_rest.ts";
import { historyParts, intervalName, klineParts, orderedRows } from "../public_history.ts";
import { checkBody, decimalText, signedDecimal } from "../wire_schema.ts";
import { seconds } from "./public_request.ts";
import {
  anyNumber,
  anySeconds,
  contractStatsSchema,
  gateioIntervals,
  klineTimes,
  liquidationSchema,
  looseAmount,
  toContractStats,
  toLiquidation,
} from "./public_rows.ts";

/** Candles of mark, index and premium have neither volume nor turnover. */
const candleSchema = v.object({
  t: anySeconds,
  o: decimalText,
  h: decimalText,
  l: decimalText,
  c: decimalText,
  v: looseAmount,
  sum: looseAmount,
});
/** A premium may be negative. */
const premiumSchema = v.object({
  ...candleSchema.entries,
  o: signedDecimal,
  h: signedDecimal,
  l: signedDecimal,
  c: signedDecimal,
});
const rateSchema = v.object({ t: anySeconds, r: anyNumber });
const premiumPath = "/futures/usdt/premium_index";
/** One answer has 2,000 candles (premiums 1,000), 1,000 rates, 100 statistics; both ends are inclusive. */
const mostCandles = 1999;
const mostPremiums = 999;
const mostRates = 1000;
const mostStatistics = 100;
const mostLiquidations = 1000;
const few = 100;
/** Rates of more than 30 days do not come in one answer, liquidations of more than an hour neither. */
const ratesPartMs = 30 * 86_400_000;
const liquidationsPartMs = 3_600_000;
const statisticsIntervals = {
  "1m": "1m",
  "5m": "5m",
  "15m": "15m",
  "30m": "30m",
  "1h": "1h",
  "4h": "4h",
  "8h": "8h",
  "1d": "1d",
  "1w": "7d",
} as const;

type Query = Readonly<Record<string, string | number>>;

/** Asks for rows of the past. */
export class GateioFuturesHistory {
  constructor(private readonly client: RestClient, private readonly clock: Clock) {}

  /** Candles of the trades or of another price, oldest first. */
  async klines(
    instrument: Instrument,
    price: "last" | ReferencePrice,
    interval: KlineInterval,
    range: HistoryRange,
  ): Promise<Kline[]> {
    const premium = price === "premium";
    const prefix = price === "mark" || price === "index" ? `${price}_` : "";
    const path = premium ? premiumPath : "/futures/usdt/candlesticks";
    const base = {
      contract: prefix + instrument.exchangeSymbol,
      interval: intervalName(gateioIntervals, interval, "GATEIO_FUTURES"),
    };
    const { fromMs, toMs = this.clock.epochMs(), limit = few } = range;
    if (fromMs === undefined) return await this.#klines(path, instrument, interval, { ...base, limit });
    const klines: Kline[] = [];
    for (const part of klineParts(interval, fromMs, toMs, premium ? mostPremiums : mostCandles)) {
      const query = { ...base, from: seconds(part.fromMs), to: seconds(part.toMs) };
      klines.push(...await this.#klines(path, instrument, interval, query));
    }
    return orderedRows(klines, ({ openTime }) => openTime);
  }

  /** Settlements, oldest first. */
  async funding(instrument: Instrument, range: HistoryRange): Promise<FundingSettlement[]> {
    const contract = instrument.exchangeSymbol;
    const { fromMs, toMs = this.clock.epochMs(), limit = few } = range;
    const queries: Query[] = fromMs === undefined
      ? [{ contract, limit }]
      : [...historyParts(fromMs, toMs, ratesPartMs)].map((part) => ({
        contract,
        limit: mostRates,
        from: seconds(part.fromMs),
        to: seconds(part.toMs),
      }));
    const settlements: FundingSettlement[] = [];
    for (const query of queries) {
      const body = await this.client.get("/futures/usdt/funding_rate", query);
      const rows = checkBody(v.array(rateSchema), body, `Gate.io funding rates of ${contract}`);
      settlements.push(...rows.map(({ t, r }) => ({ instrument: instrument.id, time: t * 1000, rate: r })));
    }
    return orderedRows(settlements, ({ time }) => time);
  }

  /** Statistics, oldest first. */
  async statistics(
    instrument: Instrument,
    interval: KlineInterval,
    range: HistoryRange,
  ): Promise<ContractStats[]> {
    const base = {
      contract: instrument.exchangeSymbol,
      interval: intervalName(statisticsIntervals, interval, "GATEIO_FUTURES"),
    };
    const { fromMs, toMs = this.clock.epochMs(), limit = few } = range;
    const queries: Query[] = fromMs === undefined
      ? [{ ...base, limit }]
      : [...historyParts(fromMs, toMs, klineLengthMs[interval] * mostStatistics)].map((part) => ({
        ...base,
        limit: mostStatistics,
        from: seconds(part.fromMs),
      }));
    const all: ContractStats[] = [];
    for (const query of queries) {
      const body = await this.client.get("/futures/usdt/contract_stats", query);
      const rows = checkBody(
        v.array(contractStatsSchema),
        body,
        `Gate.io contract_stats of ${base.contract}`,
      );
      const receivedAt = this.clock.epochMs();
      all.push(...rows.map((row) => ({ ...toContractStats(row, instrument.id), receivedAt })));
    }
    return orderedRows(all, ({ time }) => time).filter(({ time }) => time <= toMs);
  }

  /** Liquidations, oldest first: of the last hour when no range is given. */
  async liquidations(instrument: Instrument, range: HistoryRange): Promise<PublicLiquidation[]> {
    const contract = instrument.exchangeSymbol;
    const { fromMs, toMs = this.clock.epochMs(), limit = few } = range;
    const queries: Query[] = fromMs === undefined
      ? [{ contract, limit }]
      // From a whole second on, so that no second is asked for twice.
      : [...historyParts(seconds(fromMs) * 1000, toMs, liquidationsPartMs)].map((part) => ({
        contract,
        limit: mostLiquidations,
        from: seconds(part.fromMs),
        to: seconds(part.toMs),
      }));
    const all: PublicLiquidation[] = [];
    for (const query of queries) {
      const body = await this.client.get("/futures/usdt/liq_orders", query);
      const rows = checkBody(v.array(liquidationSchema), body, `Gate.io liq_orders of ${contract}`);
      const receivedAt = this.clock.epochMs();
      // Newest first on the wire.
      all.push(...rows.toReversed().map((row) => ({ ...toLiquidation(row, instrument.id), receivedAt })));
    }
    return all;
  }

  async #klines(
    path: string,
    instrument: Instrument,
    interval: KlineInterval,
    query: Query,
  ): Promise<Kline[]> {
    const body = await this.client.get(path, query);
    const schema = path === premiumPath ? premiumSchema : candleSchema;
    const rows = checkBody(v.array(schema), body, `Gate.io candles of ${instrument.exchangeSymbol}`);
    const now = this.clock.epochMs();
    return rows.map((row): Kline => {
      const times = klineTimes(interval, row.t);
      return {
        instrument: instrument.id,
        interval,
        ...times,
        open: Number(row.o),
        high: Number(row.h),
        low: Number(row.l),
        close: Number(row.c),
        volume: row.v,
        quoteVolume: row.sum,
        closed: times.closeTime <= now,
        receivedAt: now,
      };
    });
  }
}
