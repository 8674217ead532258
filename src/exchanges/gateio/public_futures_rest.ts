/**
 * Gate.io's public requests for USDT perpetuals.
 * @module
 */
import * as v from "valibot";
import type { RiskTier } from "../../core/account.ts";
import type { Clock } from "../../core/clock.ts";
import type { DepthUpdate } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { FundingRateSnapshot } from "../../core/funding.ts";
import type { Instrument, InstrumentSpec } from "../../core/instrument.ts";
import type { HistoryRange, Kline, KlineInterval } from "../../core/kline.ts";
import type {
  ContractStats,
  FundingSettlement,
  MarketTicker,
  PublicLiquidation,
} from "../../core/market_ticker.ts";
import type { SymbolListing } from "../../core/symbol_info.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type {
  AssetPair,
  FuturesPublicRest,
  ReferencePrice,
  TradeList,
  TradeQuery,
} from "../interfaces/public_rest.ts";
import { checkBody, checkRows, decimalText, sortRows, wholeNumber } from "../wire_schema.ts";
import { GateioFuturesHistory } from "./public_futures_history.ts";
import { contractSchema, riskTierSchema, toContractInfo, toRiskTier } from "./public_listing.ts";
import {
  emptySnapshot,
  fetchGateioTime,
  fetchGateioTrades,
  type GateioTrade,
  seconds,
  wantedSymbols,
} from "./public_request.ts";
import { anyAmount, anyMs, anyNumber, contractTickerSchema, toContractTicker } from "./public_rows.ts";

const level = v.object({ p: decimalText, s: anyAmount });
const bookSchema = v.object({ id: wholeNumber, bids: v.array(level), asks: v.array(level) });
const tradeSchema = v.object({
  id: wholeNumber,
  create_time_ms: anyMs,
  size: anyNumber,
  price: decimalText,
  is_internal: v.optional(v.boolean(), false),
});
/** Rows of one page of contracts, and contracts whose tiers one page has. */
const contractsPerPage = 1000;
const tierContractsPerPage = 100;
/** A listing this long has no end: the venue has hundreds of contracts. */
const maxPages = 100;
/** The documents call seconds with fractions `create_time_ms` here; milliseconds have 13 digits until 2286. */
const firstMs = 1e11;

/** Requests for public data of Gate.io USDT perpetuals. */
export class GateioFuturesPublicRest implements FuturesPublicRest {
  readonly #history: GateioFuturesHistory;

  constructor(private readonly client: RestClient, private readonly clock: Clock) {
    this.#history = new GateioFuturesHistory(client, clock);
  }

  async fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]> {
    const wanted = wantedSymbols(pairs);
    const pages = await this.#contractPages();
    const listed = pages.flatMap((page) =>
      checkRows(contractSchema, page, "name", wanted, "Gate.io contracts")
    );
    // Inverse contracts are not counted in units of the base coin.
    return listed.filter(({ type }) => type === "direct").map((row) => toContractInfo(row, []).spec);
  }

  async fetchSymbols(): Promise<SymbolListing> {
    const pages = await this.#contractPages();
    const { readable, unreadable } = sortRows(contractSchema, pages.flat(), "name", "Gate.io contracts");
    const tiers = await this.#allTiers();
    const symbols = readable.filter(({ type }) => type === "direct")
      .map((row) => toContractInfo(row, tiers.get(row.name) ?? []));
    return { symbols, unreadable };
  }

  fetchServerTime(): Promise<number> {
    return fetchGateioTime(this.client);
  }

  async fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate> {
    const query = { contract: instrument.exchangeSymbol, limit: depth, with_id: true };
    const body = await this.client.get("/futures/usdt/order_book", query);
    const book = checkBody(bookSchema, body, `Gate.io order_book of ${instrument.exchangeSymbol}`);
    const update = emptySnapshot(instrument, book.id);
    for (const { p, s } of book.bids) update.bids.push(Number(p), s);
    for (const { p, s } of book.asks) update.asks.push(Number(p), s);
    return update;
  }

  fetchTrades(instrument: Instrument, query: TradeQuery = {}): Promise<TradeList> {
    const { since } = query;
    // Ids cannot be asked for here; a second earlier, because a trade's time is not that of its publication.
    const from = since === undefined ? {} : { from: seconds(since.timeMs) - 1 };
    return fetchGateioTrades(instrument, query, this.clock.epochMs(), async (index, limit) => {
      const parameters = { contract: instrument.exchangeSymbol, limit, offset: index * limit, ...from };
      const body = await this.client.get("/futures/usdt/trades", parameters);
      return checkBody(v.array(tradeSchema), body, `Gate.io trades of ${instrument.exchangeSymbol}`)
        .map((row): GateioTrade => ({
          id: row.id,
          price: Number(row.price),
          quantity: Math.abs(row.size),
          side: row.size < 0 ? -1 : 1,
          internal: row.is_internal,
          time: row.create_time_ms < firstMs ? row.create_time_ms * 1000 : row.create_time_ms,
        }));
    });
  }

  async fetchTickers(instruments: readonly Instrument[]): Promise<MarketTicker[]> {
    if (instruments.length === 0) return [];
    const query = instruments.length === 1 ? { contract: instruments[0]!.exchangeSymbol } : {};
    const body = await this.client.get("/futures/usdt/tickers", query);
    const ids = new Map(instruments.map(({ exchangeSymbol, id }) => [exchangeSymbol, id]));
    const receivedAt = this.clock.epochMs();
    return checkRows(contractTickerSchema, body, "contract", new Set(ids.keys()), "Gate.io tickers")
      .map((row) => ({ ...toContractTicker(row, ids.get(row.contract)!), receivedAt }));
  }

  async fetchFundingRates(instruments: readonly Instrument[]): Promise<FundingRateSnapshot[]> {
    if (instruments.length === 0) return [];
    const ids = new Map(instruments.map(({ exchangeSymbol, id }) => [exchangeSymbol, id]));
    const pages = instruments.length === 1
      ? [[await this.client.get(`/futures/usdt/contracts/${instruments[0]!.exchangeSymbol}`)]]
      : await this.#contractPages();
    const time = this.clock.epochMs();
    return pages.flatMap((page) =>
      checkRows(contractSchema, page, "name", new Set(ids.keys()), "Gate.io contracts")
    ).map((row) => ({
      instrument: ids.get(row.name)!,
      rate: row.funding_rate,
      nextSettlement: row.funding_next_apply * 1000,
      interval: row.funding_interval * 1000,
      time,
    }));
  }

  async fetchRiskTiers(instrument: Instrument): Promise<RiskTier[]> {
    const query = { contract: instrument.exchangeSymbol };
    const body = await this.client.get("/futures/usdt/risk_limit_tiers", query);
    return checkBody(v.array(riskTierSchema), body, `Gate.io risk tiers of ${instrument.exchangeSymbol}`)
      .map(toRiskTier).sort((a, b) => a.limit - b.limit);
  }

  fetchKlines(instrument: Instrument, interval: KlineInterval, range: HistoryRange = {}): Promise<Kline[]> {
    return this.#history.klines(instrument, "last", interval, range);
  }

  fetchReferenceKlines(
    instrument: Instrument,
    price: ReferencePrice,
    interval: KlineInterval,
    range: HistoryRange = {},
  ): Promise<Kline[]> {
    return this.#history.klines(instrument, price, interval, range);
  }

  fetchFundingHistory(instrument: Instrument, range: HistoryRange = {}): Promise<FundingSettlement[]> {
    return this.#history.funding(instrument, range);
  }

  fetchContractStats(
    instrument: Instrument,
    interval: KlineInterval,
    range: HistoryRange = {},
  ): Promise<ContractStats[]> {
    return this.#history.statistics(instrument, interval, range);
  }

  fetchLiquidations(instrument: Instrument, range: HistoryRange = {}): Promise<PublicLiquidation[]> {
    return this.#history.liquidations(instrument, range);
  }

  async #contractPages(): Promise<unknown[]> {
    const pages: unknown[] = [];
    for (let offset = 0; offset < maxPages * contractsPerPage; offset += contractsPerPage) {
      const query = { limit: contractsPerPage, offset };
      const page = checkBody(
        v.array(v.unknown()),
        await this.client.get("/futures/usdt/contracts", query),
        "Gate.io contracts",
      );
      pages.push(page);
      if (page.length < contractsPerPage) return pages;
    }
    throw new ProtocolError(`Gate.io contracts have no end: ${maxPages} pages`);
  }

  /** Tiers by contract. A page has those of so many contracts, whatever their number. */
  async #allTiers(): Promise<Map<string, RiskTier[]>> {
    const tiers = new Map<string, RiskTier[]>();
    for (let offset = 0; offset < maxPages * tierContractsPerPage; offset += tierContractsPerPage) {
      const query = { limit: tierContractsPerPage, offset };
      const body = await this.client.get("/futures/usdt/risk_limit_tiers", query);
      const rows = checkBody(v.array(riskTierSchema), body, "Gate.io risk tiers");
      for (const row of rows) {
        const known = tiers.get(row.contract);
        if (known === undefined) tiers.set(row.contract, [toRiskTier(row)]);
        else known.push(toRiskTier(row));
      }
      if (new Set(rows.map(({ contract }) => contract)).size < tierContractsPerPage) return sorted(tiers);
    }
    throw new ProtocolError(`Gate.io risk tiers have no end: ${maxPages} pages`);
  }
}

function sorted(tiers: Map<string, RiskTier[]>): Map<string, RiskTier[]> {
  for (const rows of tiers.values()) rows.sort((a, b) => a.limit - b.limit);
  return tiers;
}
