/**
 * Market data of perpetual contracts: everything that a spot market has, and what contracts have besides.
 * @module
 */
import { ConfigError } from "../../core/errors.ts";
import type { Instrument, InstrumentId } from "../../core/instrument.ts";
import type { ContractStats, MarketTicker } from "../../core/market_ticker.ts";
import { PublicLiquidations } from "../public_liquidations.ts";
import { PublicSeries } from "../public_series.ts";
import { CompositePublicExchange, type CompositePublicExchangeOptions } from "./composite_public_exchange.ts";
import type { FuturesPublicChannels } from "./public_channels.ts";
import type { MarketMessage } from "./public_codec.ts";
import { intervalOf, type PublicStream } from "./public_dialect.ts";
import type { FuturesPublicRest } from "./public_rest.ts";

/**
 * Adds funding, mark and index price, open interest, liquidations and statistics. The stream `ticker` carries the first
 * four.
 */
export class CompositePublicFuturesExchange
  extends CompositePublicExchange<FuturesPublicChannels, FuturesPublicRest> {
  readonly #liquidations: PublicLiquidations;
  readonly #statistics: PublicSeries<ContractStats>;
  readonly #statisticsStreams = new Map<InstrumentId, PublicStream>();

  constructor(options: CompositePublicExchangeOptions<FuturesPublicRest>) {
    super(options);
    const { rest, clock } = options;
    this.#liquidations = new PublicLiquidations({
      clock,
      queue: this.recovery,
      fetch: (instrument, range) => rest.fetchLiquidations(instrument, range),
      onLiquidation: (liquidation) => this.handlers.liquidation?.(liquidation),
    });
    this.#statistics = new PublicSeries<ContractStats>({
      queue: this.recovery,
      timeOf: ({ time }) => time,
      fetch: (instrument, stream, fromMs) =>
        rest.fetchContractStats(instrument, intervalOf(stream)!, { fromMs }),
      onRow: (stats) => this.handlers.contractStats?.(stats),
    });
  }

  protected override expect(instrument: Instrument, stream: PublicStream): void {
    super.expect(instrument, stream);
    if (stream === "liquidations") this.#liquidations.add(instrument);
    else if (stream.startsWith("contractStats:")) this.#addStatistics(instrument, stream);
  }

  protected override onSubscribed(instrument: Instrument, stream: PublicStream): void {
    super.onSubscribed(instrument, stream);
    if (stream === "liquidations") this.#liquidations.begin(instrument.id);
    else if (stream.startsWith("contractStats:")) this.#statistics.begin(instrument, stream);
  }

  protected override onLost(instrument: Instrument): void {
    super.onLost(instrument);
    this.#liquidations.lose(instrument.id);
    this.#statistics.lose(instrument);
  }

  protected override onMessage(message: MarketMessage): void {
    super.onMessage(message);
    if (message.kind === "liquidation") this.#liquidations.onLiquidation(message.value);
    else if (message.kind === "contractStats") this.#onStatistics(message.value);
  }

  protected override onTicker(ticker: MarketTicker): void {
    super.onTicker(ticker);
    const { instrument, contract, exchangeTime, receivedAt } = ticker;
    if (contract === undefined) return;
    const time = exchangeTime === 0 ? receivedAt : exchangeTime;
    const { markPrice, indexPrice, fundingRate, nextFunding, fundingInterval, openInterest } = contract;
    // A contract that is not traded yet may have none of these.
    if (!Number.isNaN(markPrice)) this.handlers.markPrice?.({ instrument, markPrice, indexPrice, time });
    if (!Number.isNaN(openInterest)) {
      this.handlers.openInterest?.({ instrument, contracts: openInterest, time });
    }
    // The ticker of a request does not tell when the next settlement is.
    if (nextFunding > 0 && !Number.isNaN(fundingRate)) {
      this.handlers.fundingRate?.({
        instrument,
        rate: fundingRate,
        nextSettlement: nextFunding,
        interval: fundingInterval,
        time,
      });
    }
  }

  protected override onTickersBegun(instruments: readonly Instrument[]): void {
    this.recovery.ask({
      what: "funding rates",
      fetch: () => this.options.rest.fetchFundingRates(instruments),
      isWanted: () => this.handlers.fundingRate !== undefined,
      onAnswer: (rates = []) => {
        for (const rate of rates) this.handlers.fundingRate?.(rate);
      },
    });
  }

  /** The rows do not name their interval, so there can be one stream for each contract. */
  #addStatistics(instrument: Instrument, stream: PublicStream): void {
    const other = this.#statisticsStreams.get(instrument.id);
    if (other !== undefined && other !== stream) {
      throw new ConfigError(
        `${this.exchange} does not tell statistics of several intervals apart: use ${other} or ${stream}`,
      );
    }
    this.#statisticsStreams.set(instrument.id, stream);
    this.#statistics.add(instrument, stream);
  }

  #onStatistics(stats: ContractStats): void {
    const stream = this.#statisticsStreams.get(stats.instrument);
    if (stream !== undefined) this.#statistics.onRow(stats.instrument, stream, stats);
  }
}
