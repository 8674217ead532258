/**
 * How coins could come back to where they are wanted. Only proposals: nothing is moved.
 * @module
 */
import type { NetworkStatus } from "../core/account.ts";
import { identityOf } from "../core/coin_identity.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import type { SignalRate } from "./inventory_signals.ts";

/** A coin on two spot venues. */
export interface RebalanceInput {
  readonly coin: string;
  /** Quote per unit of the coin. */
  readonly price: number;
  readonly venues: readonly [RebalanceVenue, RebalanceVenue];
  /** Share of the coin that is wanted on the first of the venues, in the order of their ids. */
  readonly targetShare: number;
  /** Trades that would carry the coin from one venue to the other: bought on the one, sold on the other. */
  signals(from: ExchangeKey, to: ExchangeKey): SignalRate;
}

/** What one venue has of the coin, and how it can move. */
export interface RebalanceVenue {
  readonly exchange: ExchangeKey;
  /** Units of the coin. */
  readonly amount: number;
  /** Networks of the coin as the venue tells them now. */
  readonly networks: readonly NetworkStatus[];
}

/** When something is proposed. */
export interface RebalanceSettings {
  /** Least value that is moved, quote. */
  readonly minNotional: number;
  /** Longest time for which signals the other way are waited for, milliseconds. */
  readonly maxWaitMs: number;
  /** Time that a transfer is expected to take, milliseconds. */
  readonly transferMs: number;
}

/** A way to bring a coin back. Amounts are units of the coin that leave `from`. */
export type RebalanceProposal =
  /** Wait: trades the other way are expected to carry it back. */
  | {
    readonly kind: "net";
    readonly coin: string;
    readonly from: ExchangeKey;
    readonly to: ExchangeKey;
    readonly amount: number;
    /** Expected time until then, milliseconds. */
    readonly expectedMs: number;
  }
  /** Withdraw and deposit. */
  | {
    readonly kind: "transfer";
    readonly coin: string;
    readonly from: ExchangeKey;
    readonly to: ExchangeKey;
    readonly amount: number;
    /** The networks' names at both venues. */
    readonly withdrawNetwork: string;
    readonly depositNetwork: string;
    /** Fee in units of the coin, taken off what arrives. */
    readonly fee: number;
    /** The fee in quote. */
    readonly cost: number;
    readonly expectedMs: number;
  }
  /** Something should be moved and cannot be. */
  | {
    readonly kind: "blocked";
    readonly coin: string;
    readonly from: ExchangeKey;
    readonly to: ExchangeKey;
    readonly amount: number;
    readonly reason: string;
  };

/**
 * The ways to bring a coin to its shares, the best first: what trades the other way are expected to carry back in
 * time, then a transfer of all or of what they leave. Empty when too little lies wrong.
 */
export function planRebalance(input: RebalanceInput, settings: RebalanceSettings): RebalanceProposal[] {
  const { coin, price, signals } = input;
  const { from, to, amount } = misplaced(input);
  if (!(amount * price >= settings.minNotional) || !(amount > 0)) return [];
  const move = { coin, from: from.exchange, to: to.exchange };
  const perHour = signals(from.exchange, to.exchange).quantity;
  const waitMs = amount / perHour * 3_600_000;
  if (waitMs <= settings.maxWaitMs) return [{ kind: "net", ...move, amount, expectedMs: waitMs }];
  const netted = perHour > 0 ? perHour * settings.maxWaitMs / 3_600_000 : 0;
  const proposals: RebalanceProposal[] = netted * price >= settings.minNotional
    ? [{ kind: "net", ...move, amount: netted, expectedMs: settings.maxWaitMs }]
    : [];
  const left = proposals.length > 0 ? amount - netted : amount;
  if (left * price < settings.minNotional) return proposals;
  proposals.push(cheapestTransfer(from, to, left, input, settings));
  return proposals;
}

/** What lies on the wrong venue. */
function misplaced(
  { venues, targetShare }: RebalanceInput,
): { from: RebalanceVenue; to: RebalanceVenue; amount: number } {
  const [first, second] = venues.toSorted((a, b) =>
    exchangeByKey(a.exchange).id - exchangeByKey(b.exchange).id
  ) as [RebalanceVenue, RebalanceVenue];
  const beyond = first.amount - (first.amount + second.amount) * targetShare;
  return beyond > 0
    ? { from: first, to: second, amount: beyond }
    : { from: second, to: first, amount: -beyond };
}

/**
 * The open network with the lowest fee on which both venues provably mean the same coin: a coin that is sent over a
 * network that the other side does not know is lost.
 */
function cheapestTransfer(
  from: RebalanceVenue,
  to: RebalanceVenue,
  amount: number,
  { coin, price }: RebalanceInput,
  { transferMs }: RebalanceSettings,
): RebalanceProposal {
  const move = { coin, from: from.exchange, to: to.exchange, amount };
  let reason = "no network on which both venues provably mean the same coin";
  let best: { out: NetworkStatus; into: NetworkStatus } | undefined;
  for (const out of from.networks) {
    const identity = out.coin === coin ? identityOf(out) : undefined;
    if (identity === undefined) continue;
    const into = to.networks.find((network) => network.coin === coin && identityOf(network) === identity);
    if (into === undefined) continue;
    const obstacle = transferObstacle(out, into, amount);
    if (obstacle !== undefined) reason = obstacle;
    else if (best === undefined || out.withdrawFee < best.out.withdrawFee) best = { out, into };
  }
  if (best === undefined) return { kind: "blocked", ...move, reason };
  const { out, into } = best;
  return {
    kind: "transfer",
    ...move,
    withdrawNetwork: out.network,
    depositNetwork: into.network,
    fee: out.withdrawFee,
    cost: out.withdrawFee * price,
    expectedMs: transferMs,
  };
}

function transferObstacle(out: NetworkStatus, into: NetworkStatus, amount: number): string | undefined {
  if (!out.withdrawEnabled) return `withdrawals over ${out.network} are closed`;
  if (!into.depositEnabled) return `deposits over ${into.network} are closed`;
  if (Number.isNaN(out.withdrawFee)) return `the fee over ${out.network} is not known`;
  if (amount < out.withdrawMin) return `${amount} is under the least withdrawal over ${out.network}`;
  if (!(amount > out.withdrawFee)) return `the fee over ${out.network} is as much as what would be sent`;
  return undefined;
}
