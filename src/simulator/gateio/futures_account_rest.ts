/**
 * The account endpoints of Gate.io futures.
 * @module
 */
import { type Atoms, atomsToNumber, formatAtoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { PositionMode } from "../trading/futures_contract.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { GateFields } from "./gate_fields.ts";
import { accountCall, accountGet } from "./futures_endpoint.ts";
import { bookDocument, type FuturesJournal } from "./futures_journal.ts";
import { paged, pageOf, spanOf, within } from "./futures_query.ts";
import { rateText } from "./gate_text.ts";
import { accountOf, type FuturesParts } from "./futures_user.ts";

/** Part of the margin balance, rounded to six decimals. */
function share(part: Atoms, whole: Atoms): string {
  return whole <= 0n ? "0" : rateText(Number((atomsToNumber(part) / atomsToNumber(whole)).toFixed(6)));
}

/** A FuturesAccount. */
export function accountDocument({ engine }: FuturesParts, call: GateCall): Record<string, unknown> {
  const account = accountOf(call);
  const view = engine.view(account);
  const { history } = view;
  const text = formatAtoms;
  return {
    user: Number(account.uid),
    currency: "USDT",
    total: text(view.total),
    unrealised_pnl: text(view.unrealisedPnl),
    position_margin: text(view.positionMargin),
    order_margin: text(view.orderMargin),
    available: text(view.available),
    point: "0",
    bonus: "0",
    in_dual_mode: view.mode === "dual",
    enable_credit: true,
    // UNCONFIRMED: 0 for classic accounts, as in the sample.
    position_initial_margin: "0",
    maintenance_margin: "0",
    enable_evolved_classic: true,
    cross_order_margin: text(view.crossOrderMargin),
    cross_initial_margin: text(view.crossInitialMargin),
    cross_maintenance_margin: text(view.crossMaintenanceMargin),
    cross_unrealised_pnl: text(view.crossUnrealisedPnl),
    cross_available: text(view.crossAvailable),
    cross_margin_balance: text(view.crossMarginBalance),
    cross_mmr: share(view.crossMaintenanceMargin, view.crossMarginBalance),
    cross_imr: share(view.crossInitialMargin, view.crossMarginBalance),
    isolated_position_margin: text(view.isolatedPositionMargin),
    enable_new_dual_mode: true,
    margin_mode: 0,
    enable_tiered_mm: true,
    enable_dual_plus: false,
    position_mode: view.mode,
    history: {
      dnw: text(history.dnw),
      pnl: text(history.pnl),
      fee: text(history.fee),
      refr: "0",
      fund: text(history.fund),
      point_dnw: "0",
      point_fee: "0",
      point_refr: "0",
      bonus_dnw: "0",
      bonus_offset: "0",
      cross_settle: "0",
    },
  };
}

/** Newest first. */
function accountBook(journal: FuturesJournal, call: GateCall): unknown {
  const fields = GateFields.ofCall(call);
  const [contract, type] = [fields.optional("contract"), fields.optional("type")];
  const span = spanOf(call.query);
  const rows = journal.rows(accountOf(call)).filter((row) =>
    (contract === undefined || row.contract === contract) && (type === undefined || row.type === type) &&
    within(span, row.timeMs)
  );
  return paged(rows.toReversed(), pageOf(call.query)).map(bookDocument);
}

/** Fee ratios by contract. */
function fees({ engine, market }: FuturesParts, call: GateCall): unknown {
  const name = call.query.get("contract");
  const account = accountOf(call);
  const row = (instrument: MarketInstrument): [string, unknown] => [instrument.spec.exchangeSymbol, {
    taker_fee: rateText(engine.feeRate(account, instrument, "taker")),
    maker_fee: rateText(engine.feeRate(account, instrument, "maker")),
  }];
  const instruments = name === null ? paged(market.listed, pageOf(call.query)) : [market.instrument(name)];
  return Object.fromEntries(instruments.map(row));
}

/** The endpoints. */
export function accountEndpoints(parts: FuturesParts, journal: FuturesJournal): GateEndpoint[] {
  const setMode = (call: GateCall, mode: PositionMode): unknown => {
    parts.engine.setMode(accountOf(call), mode);
    return accountDocument(parts, call);
  };
  return [
    accountGet("/accounts", (call) => accountDocument(parts, call)),
    accountGet("/account_book", (call) => accountBook(journal, call)),
    accountGet("/fee", (call) => fees(parts, call)),
    accountCall("POST", "/dual_mode", (call) => {
      const wanted = GateFields.ofCall(call).choice("dual_mode", ["true", "false"]);
      return setMode(call, wanted === "true" ? "dual" : "single");
    }),
    // UNCONFIRMED: the answer to `dual_plus`, which nobody has here.
    accountCall("POST", "/set_position_mode", (call) => {
      return setMode(call, GateFields.ofCall(call).choice("position_mode", ["single", "dual"]));
    }),
  ];
}
