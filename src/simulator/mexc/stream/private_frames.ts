/**
 * Frames of private channels.
 * @module
 */
import { formatAtoms, type InstrumentUnits } from "../../accounts/atoms.ts";
import type { LedgerCause, LedgerEntry } from "../../accounts/ledger.ts";
import type { VenueFill, VenueOrder } from "../../trading/venue_order.ts";
import {
  averagePriceOf,
  type MexcOrderStatus,
  type MexcOrderType,
  priceOf,
  quoteAmountOf,
  statusOf,
  typeOf,
} from "../mexc_order.ts";
import { internalId } from "../mexc_venue.ts";
import { tradeIdOf } from "../rest/order_documents.ts";
import { encodePush } from "./wire.ts";

/** Names of the private channels. */
export const privateChannels = {
  account: "spot@private.account.v3.api.pb",
  deals: "spot@private.deals.v3.api.pb",
  orders: "spot@private.orders.v3.api.pb",
} as const;

const orderTypes: Readonly<Record<MexcOrderType, number>> = {
  LIMIT: 1,
  LIMIT_MAKER: 2,
  IMMEDIATE_OR_CANCEL: 3,
  FILL_OR_KILL: 4,
  MARKET: 5,
};
const orderStatuses: Readonly<Record<MexcOrderStatus, number>> = {
  NEW: 1,
  FILLED: 2,
  PARTIALLY_FILLED: 3,
  CANCELED: 4,
  PARTIALLY_CANCELED: 5,
};
/** The causes of futures do not occur on spot. */
const changeTypes: Readonly<Record<LedgerCause, string>> = {
  "order-lock": "ENTRUST_PLACE",
  "order-amend": "ENTRUST_PLACE",
  "order-cancel": "ENTRUST_CANCEL",
  "order-rest": "ENTRUST_UNFROZEN",
  "trade": "ENTRUST",
  "fee": "TRADE_FEE",
  "deposit": "DEPOSIT",
  "withdrawal": "WITHDRAW",
  "transfer": "CONTRACT_TRANSFER",
  "pnl": "ENTRUST",
  "funding": "ENTRUST",
  "liquidation": "ENTRUST",
};

function tradeType({ orderSide }: VenueOrder): 1 | 2 {
  return orderSide === "buy" ? 1 : 2;
}

/** `privateAccount`: one coin after one change. */
export function accountFrame(entry: LedgerEntry, nowMs: number): Uint8Array {
  return encodePush({ channel: privateChannels.account, createTime: entry.timeMs, sendTime: nowMs }, {
    privateAccount: {
      vcoinName: entry.coin,
      coinId: internalId(entry.coin),
      balanceAmount: formatAtoms(entry.availableAfter),
      balanceAmountChange: formatAtoms(entry.available),
      frozenAmount: formatAtoms(entry.lockedAfter),
      frozenAmountChange: formatAtoms(entry.locked),
      type: changeTypes[entry.cause],
      time: entry.timeMs,
    },
  });
}

/** `privateDeals`: one fill. */
export function dealFrame(fill: VenueFill, nowMs: number): Uint8Array {
  const { order } = fill;
  const symbol = order.instrument.spec.exchangeSymbol;
  return encodePush({ channel: privateChannels.deals, symbol, sendTime: nowMs }, {
    privateDeals: {
      price: order.instrument.price(fill.tick),
      quantity: order.instrument.size(fill.lots),
      amount: formatAtoms(fill.value),
      tradeType: tradeType(order),
      isMaker: fill.role === "maker",
      isSelfTrade: fill.selfTrade,
      tradeId: tradeIdOf(fill.tradeId),
      // The venue names the order by its own id alone.
      clientOrderId: "",
      orderId: order.id,
      feeAmount: formatAtoms(fill.fee),
      feeCurrency: fill.feeCoin,
      time: fill.timeMs,
    },
  });
}

/**
 * `privateOrders`: an order after a change of its state.
 *
 * @param lastDealLots Lots of the fill that changed it; undefined when it was none.
 */
export function orderFrame(
  order: VenueOrder,
  units: InstrumentUnits,
  lastDealLots: number | undefined,
  nowMs: number,
): Uint8Array {
  const { instrument } = order;
  const lastDeal = lastDealLots === undefined ? {} : { lastDealQuantity: instrument.size(lastDealLots) };
  return encodePush({
    channel: privateChannels.orders,
    symbol: instrument.spec.exchangeSymbol,
    sendTime: nowMs,
  }, {
    privateOrders: {
      id: order.id,
      clientId: order.clientId,
      price: priceOf(order),
      quantity: instrument.size(order.lots),
      ...amounts(order, units),
      avgPrice: averagePriceOf(order, units),
      orderType: orderTypes[typeOf(order)],
      tradeType: tradeType(order),
      isMaker: order.filledLots > 0 && order.lastRole === "maker",
      remainQuantity: instrument.size(order.leftLots),
      ...lastDeal,
      cumulativeQuantity: instrument.size(order.filledLots),
      cumulativeAmount: formatAtoms(order.filledValue),
      status: orderStatuses[statusOf(order)],
      createTime: order.createdMs,
    },
  });
}

/**
 * Quote amounts: of a limit order its value and that of its rest; of a market order what it asked for, if it asked for
 * an amount. UNCONFIRMED in detail: samples of market orders show "0".
 */
function amounts(order: VenueOrder, units: InstrumentUnits): { amount: string; remainAmount: string } {
  if (order.kind === "limit") {
    return {
      amount: formatAtoms(units.value(order.tick, order.lots)),
      remainAmount: formatAtoms(units.value(order.tick, order.leftLots)),
    };
  }
  const asked = quoteAmountOf(order);
  if (asked === undefined) return { amount: "0", remainAmount: "0" };
  return { amount: formatAtoms(asked), remainAmount: formatAtoms(asked - order.filledValue) };
}
