/**
 * Private WebSocket channels of Gate.io spot.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { formatAtoms } from "../accounts/atoms.ts";
import type { LedgerCause, LedgerEntry } from "../accounts/ledger.ts";
import type { TradingListener } from "../trading/trading_events.ts";
import type { GatePrivateChannel } from "./gate_endpoint.ts";
import { gatePush, payloadTexts } from "./gate_push.ts";
import { secondsText } from "./gate_text.ts";
import type { SpotMarket } from "./spot_market.ts";
import { fillRow, orderRow } from "./spot_order_document.ts";
import type { SpotPriceOrders } from "./spot_price_orders.ts";

const everything = "!all";

/** UNCONFIRMED: which of the documented types belongs to which change. */
const changeTypes: Readonly<Partial<Record<LedgerCause, string>>> = {
  "order-lock": "order-create",
  "order-amend": "order-update",
  "order-cancel": "order-update",
  "order-rest": "order-update",
  "trade": "order-match",
  "fee": "trade-fee-deduct",
  "deposit": "deposit",
  "withdrawal": "withdraw",
  "transfer": "future-transfer",
};

type Push = (frame: string) => void;
/** Makes the listener of one subscription. @param wanted Whether a pair is subscribed. */
type Listen = (tell: (result: unknown) => void, wanted: (pair: string) => boolean) => TradingListener;

/** The pairs of a subscription, each for itself; `!all` is one of them. */
function pairParts(market: SpotMarket, payload: readonly unknown[]): string[][] {
  return payloadTexts(payload).map((pair) => {
    if (pair !== everything) market.subscribed(pair);
    return [pair];
  });
}

/** Whether a part of {@link pairParts} holds a pair. */
function partHolds([part]: readonly unknown[], pair: string): boolean {
  return part === everything || part === pair;
}

function byPair(market: SpotMarket, channel: string, listen: Listen): [string, GatePrivateChannel] {
  const open = (account: Account, payload: readonly unknown[], push: Push): () => void => {
    const tell = (result: unknown): void => push(gatePush(channel, "update", market.nowMs, result));
    const listener = listen(tell, (pair) => partHolds(payload, pair));
    market.trading.events.listen(listener, account.uid);
    return () => market.trading.events.unlisten(listener, account.uid);
  };
  return [channel, { parts: (payload) => pairParts(market, payload), open }];
}

/** UNCONFIRMED: an order that is filled at once is told as created, then as filled. */
function orders(market: SpotMarket, channel: string, withFees: boolean): [string, GatePrivateChannel] {
  return byPair(market, channel, (tell, wanted) => ({
    onOrder: (order, event): void => {
      if (wanted(order.instrument.spec.exchangeSymbol)) {
        tell([orderRow(market.trading, order, event, withFees)]);
      }
    },
  }));
}

/** UNCONFIRMED: `spot.usertrades_v2` has the same rows. */
function fills(market: SpotMarket, channel: string): [string, GatePrivateChannel] {
  return byPair(market, channel, (tell, wanted) => ({
    onFill: (fill): void => {
      if (wanted(fill.order.instrument.spec.exchangeSymbol)) tell([fillRow(market.trading, fill)]);
    },
  }));
}

function balanceRow(entry: LedgerEntry): Record<string, unknown> {
  return {
    timestamp: secondsText(entry.timeMs),
    timestamp_ms: String(entry.timeMs),
    user: entry.uid,
    currency: entry.coin,
    change: formatAtoms(entry.available + entry.locked),
    total: formatAtoms(entry.availableAfter + entry.lockedAfter),
    available: formatAtoms(entry.availableAfter),
    freeze: formatAtoms(entry.lockedAfter),
    freeze_change: formatAtoms(entry.locked),
    change_type: changeTypes[entry.cause] ?? "other",
  };
}

function balances(market: SpotMarket): GatePrivateChannel {
  return {
    parts: () => [[]],
    open: (account, _payload, push): () => void => {
      const listener: TradingListener = {
        onBalance: (entry): void =>
          push(gatePush("spot.balances", "update", market.nowMs, [balanceRow(entry)])),
      };
      market.trading.events.listen(listener, account.uid);
      return () => market.trading.events.unlisten(listener, account.uid);
    },
  };
}

/** Balances and loans of accounts that nobody has here. */
const silent: GatePrivateChannel = { parts: () => [[]], open: () => () => {} };

function priceOrders(market: SpotMarket, orders: SpotPriceOrders): GatePrivateChannel {
  return {
    parts: (payload) => pairParts(market, payload),
    open: (account, payload, push) =>
      orders.listen(account, (pair, row) => {
        if (partHolds(payload, pair)) push(gatePush("spot.priceorders", "update", market.nowMs, row));
      }),
  };
}

/** All private channels by name. */
export function spotPrivateChannels(
  market: SpotMarket,
  triggered: SpotPriceOrders,
): ReadonlyMap<string, GatePrivateChannel> {
  return new Map([
    orders(market, "spot.orders", true),
    orders(market, "spot.orders_v2", false),
    fills(market, "spot.usertrades"),
    fills(market, "spot.usertrades_v2"),
    ["spot.balances", balances(market)],
    ["spot.margin_balances", silent],
    ["spot.funding_balances", silent],
    ["spot.cross_balances", silent],
    ["spot.cross_loan", silent],
    ["spot.priceorders", priceOrders(market, triggered)],
  ]);
}
