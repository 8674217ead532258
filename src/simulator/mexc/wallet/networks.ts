/**
 * The networks over which coins come and go.
 * @module
 */
import { DecimalStep } from "../../../core/decimal_step.ts";
import type { MexcVenue } from "../mexc_venue.ts";

/** One network of one coin. Amounts are decimal texts in the coin. */
export interface CoinNetwork {
  readonly coin: string;
  /** Name for people. */
  readonly network: string;
  /** Name for requests. */
  readonly netWork: string;
  readonly withdrawFee: string;
  readonly withdrawMin: string;
  readonly withdrawMax: string;
  /** Confirmations that a deposit needs. */
  readonly minConfirm: number;
  readonly contract: string | null;
  /** Whether all users share an address and are told apart by a memo. */
  readonly sameAddress: boolean;
}

type NetworkName =
  & Pick<CoinNetwork, "network" | "netWork">
  & Partial<Pick<CoinNetwork, "sameAddress" | "contract">>;

const ethereum: NetworkName = { network: "Ethereum(ERC20)", netWork: "ETH" };

/** UNCONFIRMED: names, and which coins have which networks. Coins that are not here have one of their own. */
const known: Readonly<Record<string, readonly NetworkName[]>> = {
  USDT: [
    { network: "Tron(TRC20)", netWork: "TRX", contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t" },
    { ...ethereum, contract: "0xdac17f958d2ee523a2206206994597c13d831ec7" },
  ],
  BTC: [{ network: "Bitcoin(BTC)", netWork: "BTC" }],
  ETH: [ethereum],
  SOL: [{ network: "Solana(SOL)", netWork: "SOL" }],
  XRP: [{ network: "Ripple(XRP)", netWork: "XRP", sameAddress: true }],
  DOGE: [{ network: "Dogecoin(DOGE)", netWork: "DOGE" }],
  PEPE: [{ ...ethereum, contract: "0x6982508145454ce325ddbe47a25d4ec3d2311933" }],
};

/** UNCONFIRMED: fees and limits; here as many coins as these amounts of USDT bought at the start. */
const feeWorth = 1;
const leastWorth = 10;
const mostWorth = 1_000_000;
const confirmations = 12;
const stablecoinStep = DecimalStep.ofDecimals(2);

/** Networks of every coin of the market. */
export class CoinNetworks {
  readonly #venue: MexcVenue;
  readonly #networks = new Map<string, readonly CoinNetwork[]>();

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The networks of a coin; empty when it is not traded. */
  of(coin: string): readonly CoinNetwork[] {
    let networks = this.#networks.get(coin);
    if (networks === undefined) {
      networks = this.#venue.coins.includes(coin) ? this.#make(coin) : [];
      this.#networks.set(coin, networks);
    }
    return networks;
  }

  /** The network of a coin with this name. */
  find(coin: string, name: string): CoinNetwork | undefined {
    return this.of(coin).find(({ network, netWork }) => name === netWork || name === network);
  }

  #make(coin: string): CoinNetwork[] {
    const amount = this.#amounts(coin);
    const names = Object.hasOwn(known, coin) ? known[coin]! : [{ network: coin, netWork: coin }];
    return names.map((name) => ({
      coin,
      contract: null,
      sameAddress: false,
      ...name,
      withdrawFee: amount(feeWorth),
      withdrawMin: amount(leastWorth),
      withdrawMax: amount(mostWorth),
      minConfirm: confirmations,
    }));
  }

  /** How many coins an amount of USDT bought, at least one step. */
  #amounts(coin: string): (worth: number) => string {
    const instrument = this.#venue.instruments.find(({ spec }) => spec.base === coin);
    if (instrument === undefined) return (worth) => stablecoinStep.format(stablecoinStep.nearest(worth));
    const { tick, lot } = instrument.spec;
    const price = tick.value(instrument.statistics.lastTick);
    return (worth) => lot.format(Math.max(1, lot.ceil(worth / price)));
  }
}
