/**
 * The assets of the default market.
 * @module
 */
import type { ExchangeKey } from "../../core/exchange.ts";
import type { FundingTerms } from "../market/funding.ts";

/** Steps of an asset on one venue, as decimal texts. */
export interface VenueSteps {
  /** Price step in quote per base. */
  readonly tick: string;
  /** Size step: base units on spot, contracts on futures. */
  readonly lot: string;
  /** Base units per contract; "1" on spot. */
  readonly contractSize: string;
  /** Whether programs may not trade it there. Default false. */
  readonly closedToApi?: boolean;
}

/** One asset of a market model, quoted in USDT. */
export interface ModelAsset {
  /** Base coin, upper case. */
  readonly base: string;
  /** First price in USDT. */
  readonly price: number;
  /** Standard deviation of the price change within one second that is the asset's own, in basis points. */
  readonly volatilityBps: number;
  /** How far its logarithmic returns follow the market's factors, by their names. Default not at all. */
  readonly betas?: Readonly<Record<string, number>>;
  /** Share of the market's event rate that its instruments have. Default 1. */
  readonly activity?: number;
  /** Funding of its contract where it differs from the default. */
  readonly funding?: Partial<FundingTerms>;
  /** Size of the ordinary basis, 1 for that of LUNC. Bursts are not scaled. */
  readonly basisScale: number;
  /** Typical spread in basis points. */
  readonly spreadBps: number;
  /** Mean distance between levels in basis points. */
  readonly gapBps: number;
  /** Median value of a level in USDT. */
  readonly levelNotional: number;
  /** The venues that list it. */
  readonly venues: Readonly<Partial<Record<ExchangeKey, VenueSteps>>>;
}

/** Steps on MEXC spot, Gate.io spot and Gate.io futures, in that order. */
function venues(
  mexc: [tick: string, lot: string],
  spot: [tick: string, lot: string],
  futures: [tick: string, contractSize: string],
): ModelAsset["venues"] {
  return {
    MEXC_SPOT: { tick: mexc[0], lot: mexc[1], contractSize: "1" },
    GATEIO_SPOT: { tick: spot[0], lot: spot[1], contractSize: "1" },
    GATEIO_FUTURES: { tick: futures[0], lot: "1", contractSize: futures[1] },
  };
}

/**
 * Eight assets on all three venues. Steps as the venues state them (BTC, LUNC and HYPE from recorded bodies and
 * frames; the others UNCONFIRMED in detail), prices of the order of 2026.
 */
export const defaultAssets: readonly ModelAsset[] = [
  {
    base: "BTC",
    price: 84000,
    volatilityBps: 0.6,
    basisScale: 0.25,
    spreadBps: 0.05,
    gapBps: 0.15,
    levelNotional: 9000,
    venues: venues(["0.01", "0.00000001"], ["0.1", "0.000001"], ["0.1", "0.0001"]),
  },
  {
    base: "ETH",
    price: 3100,
    volatilityBps: 0.8,
    basisScale: 0.3,
    spreadBps: 0.08,
    gapBps: 0.2,
    levelNotional: 7000,
    venues: venues(["0.01", "0.00001"], ["0.01", "0.0001"], ["0.01", "0.01"]),
  },
  {
    base: "SOL",
    price: 155,
    volatilityBps: 1,
    basisScale: 0.4,
    spreadBps: 0.7,
    gapBps: 0.8,
    levelNotional: 5000,
    venues: venues(["0.01", "0.001"], ["0.01", "0.001"], ["0.01", "1"]),
  },
  {
    base: "XRP",
    price: 2.4,
    volatilityBps: 1,
    basisScale: 0.4,
    spreadBps: 0.5,
    gapBps: 0.8,
    levelNotional: 5000,
    venues: venues(["0.0001", "0.01"], ["0.0001", "0.01"], ["0.0001", "10"]),
  },
  {
    base: "DOGE",
    price: 0.18,
    volatilityBps: 1.2,
    basisScale: 0.5,
    spreadBps: 0.8,
    gapBps: 1,
    levelNotional: 3000,
    venues: venues(["0.00001", "0.01"], ["0.00001", "0.01"], ["0.00001", "10"]),
  },
  {
    base: "LUNC",
    price: 0.0000354,
    volatilityBps: 3,
    basisScale: 1,
    spreadBps: 6,
    gapBps: 3,
    levelNotional: 250,
    venues: venues(["0.00000001", "0.01"], ["0.00000001", "1"], ["0.00000001", "10000"]),
  },
  {
    base: "HYPE",
    price: 72.8,
    volatilityBps: 1.5,
    basisScale: 0.6,
    spreadBps: 1,
    gapBps: 1,
    levelNotional: 2000,
    venues: venues(["0.001", "0.01"], ["0.001", "0.01"], ["0.001", "0.1"]),
  },
  {
    base: "PEPE",
    price: 0.0000072,
    volatilityBps: 1.5,
    basisScale: 0.6,
    spreadBps: 3,
    gapBps: 2,
    levelNotional: 2500,
    venues: venues(["0.000000001", "1"], ["0.0000000001", "1"], ["0.0000000001", "10000000"]),
  },
];
