/**
 * What happened to an account of Gate.io futures: fills, closed positions, liquidations.
 * @module
 */
import type { VenueFill } from "../trading/venue_order.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { GateFields } from "./gate_fields.ts";
import { type GatePage, pageOf } from "./gate_pages.ts";
import { accountGet, accountPage } from "./futures_endpoint.ts";
import { closeDocument, liquidationDocument, tradeDocument } from "./futures_history_documents.ts";
import { paged, pageOf as partOf, spanOf, wholeOf, within } from "./futures_query.ts";
import { sizeStyle } from "./futures_sizes.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";

/** Reads the past of accounts. */
class HistoryCalls {
  readonly #parts: FuturesParts;

  constructor(parts: FuturesParts) {
    this.#parts = parts;
  }

  /** Newest first. */
  trades(call: GateCall, idName: "id" | "trade_id"): GatePage<unknown> {
    const fields = GateFields.ofCall(call);
    const meant = this.#contract(call);
    // Clients name the order either way.
    const orderId = fields.optional("order") ?? fields.optional("order_id");
    const role = fields.optional("role");
    const before = wholeOf(call.query, "last_id") ?? Infinity;
    const span = spanOf(call.query);
    const fits = (fill: VenueFill): boolean =>
      meant(fill.order.instrument) && (orderId === undefined || fill.order.id === orderId) &&
      (role === undefined || fill.role === role) && fill.tradeId < before && within(span, fill.timeMs);
    const fills = this.#parts.engine.store(accountOf(call)).fills.filter(fits).reverse();
    const page = pageOf(fills, fields);
    const style = sizeStyle(call.headers);
    return { ...page, rows: page.rows.map((fill) => tradeDocument(fill, idName, style)) };
  }

  /** Newest first. `pnl` asks for `profit` or `loss`. UNCONFIRMED: those words. */
  closes(call: GateCall): unknown {
    const fields = GateFields.ofCall(call);
    const meant = this.#contract(call);
    const [side, pnl] = [fields.optional("side"), fields.optional("pnl")];
    const span = spanOf(call.query);
    const rows = this.#parts.engine.closes(accountOf(call)).filter((close) =>
      meant(close.instrument) && within(span, close.timeMs) && (side === undefined || close.side === side) &&
      (pnl === undefined || (pnl === "profit" ? close.pnl > 0n : close.pnl < 0n))
    );
    return paged(rows.toReversed(), partOf(call.query)).map(closeDocument);
  }

  /** Newest first. */
  liquidations(call: GateCall): unknown {
    const meant = this.#contract(call);
    const span = spanOf(call.query);
    const at = wholeOf(call.query, "at");
    const rows = this.#parts.engine.liquidations(accountOf(call)).filter(({ instrument, timeMs }) =>
      meant(instrument) && within(span, timeMs) && (at === undefined || Math.floor(timeMs / 1000) === at)
    );
    const style = sizeStyle(call.headers);
    return paged(rows.toReversed(), partOf(call.query)).map((row) => liquidationDocument(row, style));
  }

  /** Nobody is deleveraged here. */
  deleverages(call: GateCall): unknown {
    this.#contract(call);
    return [];
  }

  #contract({ query }: GateCall): (instrument: MarketInstrument) => boolean {
    const name = query.get("contract");
    if (name === null || name === "") return () => true;
    const wanted = this.#parts.market.instrument(name);
    return (instrument) => instrument === wanted;
  }
}

/** The endpoints. */
export function historyEndpoints(parts: FuturesParts): GateEndpoint[] {
  const calls = new HistoryCalls(parts);
  return [
    accountPage("/my_trades", (call) => calls.trades(call, "id")),
    accountPage("/my_trades_timerange", (call) => calls.trades(call, "trade_id")),
    accountGet("/position_close", (call) => calls.closes(call)),
    accountGet("/liquidates", (call) => calls.liquidations(call)),
    accountGet("/auto_deleverages", (call) => calls.deleverages(call)),
  ];
}
