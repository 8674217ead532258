/**
 * What an account should hold: what it held when it was last found right, and the ledger's flows since then.
 * @module
 */
import type { PositionReport } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { ExchangeKey } from "../../core/exchange.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { JournalBalances } from "../journal_record.ts";
import type { Ledger } from "../ledger.ts";

interface Baseline {
  readonly amount: number;
  /** Flow of the ledger when the account held it. */
  readonly flow: number;
}

/**
 * Coins of one venue. Deposits and other people's trades are in no flow: they show as a difference.
 *
 * Of contracts the cost of what is open is taken off, here and at the venue: when fills become known in another order
 * than that of the venue, profit is realised at other moments, but the sum of both stays the same.
 */
export class BalanceBaselines {
  readonly #baselines = new Map<string, Baseline>();

  /** @param ledger Holds flows and positions. */
  constructor(
    readonly exchange: ExchangeKey,
    private readonly ledger: Ledger,
    private readonly instruments: readonly Instrument[],
  ) {}

  /** Goes on from an earlier comparison. */
  restore({ balances, flows }: JournalBalances): void {
    const flowOf = new Map(flows.map(({ coin, amount }) => [coin, amount]));
    for (const { coin, amount } of balances) {
      this.#baselines.set(coin, { amount, flow: flowOf.get(coin) ?? 0 });
    }
  }

  /** Flows of the ledger on this venue by coin, less what open contracts have cost. */
  flows(): Map<string, number> {
    const own = this.ledger.flows().filter(({ exchange }) => exchange === this.exchange);
    const flows = new Map(own.map(({ coin, amount }) => [coin, amount]));
    for (const instrument of this.instruments) {
      if (instrument.market !== "perpetual") continue;
      const { quantity, averageEntry } = this.ledger.position(instrument);
      flows.set(instrument.quote, (flows.get(instrument.quote) ?? 0) - quantity * averageEntry);
    }
    return flows;
  }

  /** Units of a coin that should be there, the cost of open contracts taken off; undefined while none was ever seen. */
  expected(coin: string, flow: number): number | undefined {
    const baseline = this.#baselines.get(coin);
    return baseline && baseline.amount + flow - baseline.flow;
  }

  /** The account was found to hold this much, the cost of open contracts taken off. */
  agree(coin: string, amount: number, flow: number): void {
    this.#baselines.set(coin, { amount, flow });
  }

  /** Somebody brought coins, or took them away. */
  move(coin: string, amount: number): void {
    const baseline = this.#baselines.get(coin);
    if (baseline !== undefined) {
      this.#baselines.set(coin, { ...baseline, amount: baseline.amount + amount });
    }
  }

  /** Nothing is claimed about a coin until it is seen anew. */
  forget(coin: string): void {
    this.#baselines.delete(coin);
  }
}

/** Doubles that are summed up are this exact. */
const relativeSlack = 1e-11;
/** Venues round what they charge; a cent is less than any order. */
const quoteSlack = 0.01;
/** Venues round entry prices to so many digits at least, as a ratio. */
const entryRounding = 1e-5;
/** Between two questions the value of a position changes by no more than this ratio, or the next look tells. */
const markMove = 0.005;

/** Difference that is no difference, units of the coin. */
export function balanceTolerance(coin: string, instruments: readonly Instrument[], amount: number): number {
  const rounding = relativeSlack * Math.abs(amount);
  const lots = instruments.filter(({ base, market }) => market === "spot" && base === coin)
    .map(({ lot }) => lot.size / 2);
  return Math.max(lots.length > 0 ? Math.min(...lots) : quoteSlack, rounding);
}

/** What an account holds of a coin, free or not. */
export interface Holding {
  /** Units of the coin. NaN when the venue did not tell all that it takes. */
  readonly amount: number;
  /** What the open contracts have cost, signed: negative for short ones. 0 on spot. */
  readonly cost: number;
  /** How far off they may be. */
  readonly uncertainty: number;
}

/**
 * What an account holds, as far as its balance and positions of about the same moment tell. A loss of positions with
 * shared margin is taken off what Gate.io calls available before it is realised: available = cash − margins + min(0,
 * unrealised profit of cross positions). Its prices move between the two questions.
 *
 * @param positions Those of a futures account; none on spot.
 */
export function holdingOf(
  { available, locked, frozen = 0 }: BalanceSnapshot,
  positions: readonly PositionReport[],
  instrumentOf: (id: number) => Instrument | undefined,
): Holding {
  let unrealised = 0, cost = 0, uncertainty = 0;
  for (const { instrument: id, marginMode, lots, unrealisedPnl, markPrice, entryPrice } of positions) {
    const instrument = instrumentOf(id);
    if (lots === 0 || instrument === undefined) continue;
    const quantity = instrument.lot.value(lots) * instrument.baseFactor;
    cost += quantity * entryPrice;
    uncertainty += Math.abs(quantity) * entryPrice * entryRounding;
    if (marginMode !== "cross") continue;
    unrealised += unrealisedPnl;
    uncertainty += Math.abs(quantity) * markPrice * markMove;
  }
  return { amount: available + locked + frozen - Math.min(0, unrealised), cost, uncertainty };
}
