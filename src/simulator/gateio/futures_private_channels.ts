/**
 * The private channels of Gate.io futures.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesListener, PositionView } from "../trading/futures_contract.ts";
import type { GatePrivateChannel } from "./gate_endpoint.ts";
import { scalarText } from "./gate_json.ts";
import { GateWsError } from "./gate_errors.ts";
import { gatePush } from "./gate_push.ts";
import { pushedClose, pushedLiquidation, pushedTrade } from "./futures_history_documents.ts";
import { type FuturesJournal, pushedBalance } from "./futures_journal.ts";
import { pushedOrder } from "./futures_order_document.ts";
import { adlRank, pushedPosition } from "./futures_position_document.ts";
import { type SizeStyle, sizeStyle } from "./futures_sizes.ts";
import { pushedTrigger } from "./futures_trigger_document.ts";
import type { FuturesTriggers } from "./futures_triggers.ts";
import type { FuturesParts } from "./futures_user.ts";

/** Whether rows of a contract are wanted. */
type Wanted = (instrument: MarketInstrument) => boolean;
/** Sends rows. */
type Tell = (...rows: Record<string, unknown>[]) => void;

/** Who joined, and what of it. */
interface Joining {
  readonly account: Account;
  readonly wanted: Wanted;
  readonly tell: Tell;
  readonly style: SizeStyle;
}

/** What a channel tells. */
interface ChannelRule {
  /** Elements of the payload before the contracts: the user id, which nobody checks. Default 1. */
  readonly users?: number;
  /** Whether contracts follow. Default yes. */
  readonly contracts?: boolean;
  /** Starts telling, and returns what ends it. */
  readonly open: (joining: Joining) => () => void;
}

/** Everything that private channels read from. */
export interface PrivateParts extends FuturesParts {
  readonly journal: FuturesJournal;
  readonly triggers: FuturesTriggers;
}

/** Hears of an account until it is told to stop. */
function listening({ engine }: FuturesParts, { account }: Joining, listener: FuturesListener): () => void {
  engine.events.listen(listener, account.uid);
  return () => engine.events.unlisten(listener, account.uid);
}

/** Channels about orders and money. */
function tradingRules(parts: PrivateParts): Record<string, ChannelRule> {
  const { journal, triggers } = parts;
  return {
    "futures.orders": {
      open: (joining) =>
        listening(parts, joining, {
          onOrder: (order, event): void => {
            if (!joining.wanted(order.instrument)) return;
            joining.tell(pushedOrder(parts, order, event === "put" ? "_new" : "_update", joining.style));
          },
        }),
    },
    "futures.usertrades": {
      open: (joining) =>
        listening(parts, joining, {
          onFill: (fill): void => {
            if (joining.wanted(fill.order.instrument)) joining.tell(pushedTrade(fill, joining.style));
          },
        }),
    },
    "futures.balances": {
      contracts: false,
      open: ({ account, tell }) => journal.listen(account, (row) => tell(pushedBalance(row, account))),
    },
    "futures.autoorders": {
      open: ({ account, wanted, tell, style }) =>
        triggers.listen(account, (trigger) => {
          if (wanted(trigger.instrument)) tell(pushedTrigger(trigger, style));
        }),
    },
  };
}

/** Channels about positions. */
function positionRules(parts: PrivateParts): Record<string, ChannelRule> {
  const { market } = parts;
  return {
    "futures.positions": {
      open: (joining) =>
        listening(parts, joining, {
          onPosition: (view): void => {
            if (joining.wanted(view.instrument)) {
              joining.tell(pushedPosition(view, market.nowMs, joining.style));
            }
          },
        }),
    },
    "futures.liquidates": {
      open: (joining) =>
        listening(parts, joining, {
          onLiquidation: (liquidation): void => {
            if (joining.wanted(liquidation.instrument)) {
              joining.tell(pushedLiquidation(liquidation, joining.style));
            }
          },
        }),
    },
    "futures.position_closes": {
      open: (joining) =>
        listening(parts, joining, {
          onPositionClose: (close): void => {
            if (joining.wanted(close.instrument)) joining.tell(pushedClose(close));
          },
        }),
    },
    "futures.position_adl_rank": {
      users: 0,
      open: (joining) =>
        listening(parts, joining, {
          onPosition: (view): void => {
            if (joining.wanted(view.instrument)) joining.tell(pushedRank(view, market.nowMs));
          },
        }),
    },
    // Nobody is deleveraged and no risk limit is cut here: these channels can be joined and stay silent.
    "futures.auto_deleverages": { open: () => () => {} },
    "futures.reduce_risk_limits": { open: () => () => {} },
  };
}

/** A row of `futures.position_adl_rank`. */
function pushedRank(view: PositionView, nowMs: number): Record<string, unknown> {
  return {
    contract: view.instrument.spec.exchangeSymbol,
    mode: view.slot,
    rank_division: adlRank(view),
    time_ms: nowMs,
    user_id: view.account.uid,
  };
}

/** The contracts that a payload names. @throws {GateWsError} 2 for one that does not exist. */
function wantedOf({ market }: FuturesParts, names: readonly unknown[]): Wanted {
  if (names.includes("!all")) return () => true;
  const wanted = new Set(names.map((name) => {
    const instrument = market.context.instruments.get(scalarText(name));
    if (instrument === undefined) throw new GateWsError(2, `unknown contract ${scalarText(name)}`);
    return instrument;
  }));
  return (instrument) => wanted.has(instrument);
}

function channelOf(parts: PrivateParts, name: string, rule: ChannelRule): GatePrivateChannel {
  const { users = 1, contracts = true } = rule;
  return {
    open: (account, payload, push, headers): () => void => {
      // UNCONFIRMED wording. Balances of the whole account need no user id either.
      if (contracts && payload.length <= users) throw new GateWsError(1, "invalid payload");
      return rule.open({
        account,
        wanted: contracts ? wantedOf(parts, payload.slice(users)) : (): boolean => true,
        tell: (...rows) => push(gatePush(name, "update", parts.market.nowMs, rows)),
        style: sizeStyle(headers),
      });
    },
  };
}

/** The private channels by name. */
export function futuresPrivateChannels(parts: PrivateParts): ReadonlyMap<string, GatePrivateChannel> {
  const rules = Object.entries({ ...tradingRules(parts), ...positionRules(parts) });
  return new Map(rules.map(([name, rule]) => [name, channelOf(parts, name, rule)]));
}
