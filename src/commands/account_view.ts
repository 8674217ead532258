/**
 * How accounts are shown: lines for people, one document for programs.
 * @module
 */
import type { KeyReport } from "../core/account.ts";
import { credentialVariables } from "../config/credentials.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import type {
  AccountAnswer,
  AccountReport,
  FeesOfInstrument,
  OrderOfAccount,
  PositionOfAccount,
  Told,
} from "../engine/account_report.ts";
import type { VenueTimeFigures } from "../engine/venue_time.ts";
import { alignedRows, wrappedLines } from "./text_table.ts";

/** What came of a venue. */
export type VenueAnswer =
  & { readonly exchange: ExchangeKey }
  & (AccountAnswer | { readonly kind: "no-credentials" });

const width = 110;
const labelWidth = 15;

/** One JSON document. Amounts are in units of the coin, sizes in the venue's order unit, fees are ratios. */
export function accountDocument(answers: readonly VenueAnswer[]): Record<string, unknown> {
  return { venues: Object.fromEntries(answers.map((answer) => [answer.exchange, venueDocument(answer)])) };
}

function venueDocument(answer: VenueAnswer): Record<string, unknown> {
  if (answer.kind === "no-credentials") {
    return { state: answer.kind, variables: credentialVariables(answer.exchange) };
  }
  if (answer.kind !== "accepted") {
    const { exchange: _, kind: state, ...why } = answer;
    return { state, ...why };
  }
  const { report } = answer;
  const { key, positions, networks, positionMode } = report;
  return {
    state: answer.kind,
    key: key === undefined ? null : { ...key, symbols: key.symbols === undefined ? null : [...key.symbols] },
    clock: report.time ?? null,
    streamsLiveMs: plain(report.streams, (ms) => ms),
    balances: plain(
      report.balances,
      (rows) => rows.map(({ coin, available, locked }) => ({ coin, available, locked })),
    ),
    openOrders: plain(report.openOrders, (rows) => rows.map(orderDocument)),
    ...(positionMode === undefined ? {} : { positionMode: plain(positionMode, (mode) => mode) }),
    ...(positions === undefined ? {} : { positions: plain(positions, (rows) => rows.map(positionDocument)) }),
    fees: Object.fromEntries(
      report.fees.map((row) => [row.instrument.exchangeSymbol, plain(row.fees, (fees) => fees)]),
    ),
    unlisted: report.unlisted,
    ...(networks === undefined ? {} : { networks: plain(networks, (rows) => rows) }),
  };
}

function plain<Value>(told: Told<Value>, document: (value: Value) => unknown): unknown {
  return "error" in told ? { error: told.error } : document(told.value);
}

function orderDocument({ instrument, order }: OrderOfAccount): Record<string, unknown> {
  const { exchangeOrderId, clientOrderId, side, type, timeInForce, status, reduceOnly, createdAt } = order;
  return {
    symbol: instrument.exchangeSymbol,
    exchangeOrderId,
    clientOrderId,
    side,
    type,
    timeInForce,
    status,
    price: instrument.tick.value(order.priceTicks),
    quantity: instrument.lot.value(order.lots),
    filled: instrument.lot.value(order.filledLots),
    reduceOnly,
    createdAt,
  };
}

function positionDocument({ instrument, position }: PositionOfAccount): Record<string, unknown> {
  const { instrument: _, lots, ...rest } = position;
  const contracts = Math.sign(lots) * instrument.lot.value(Math.abs(lots));
  return { symbol: instrument.exchangeSymbol, contracts, ...rest };
}

/** Lines of at most 110 columns. */
export function accountLines(answer: VenueAnswer): string[] {
  const { exchange } = answer;
  const title = `${exchangeByKey(exchange).name} (${exchange})`;
  if (answer.kind === "accepted") return [title, ...reportLines(answer.report), ""];
  const text = answer.kind === "no-credentials"
    ? `none: set ${credentialVariables(exchange).join(" and ")}`
    : answer.kind === "refused"
    ? `refused with ${answer.code}: ${answer.message}`
    : `not known: ${answer.message}`;
  return [title, ...section("key", [text]), ""];
}

function reportLines(report: AccountReport): string[] {
  const { key, time, positions, positionMode, networks } = report;
  return [
    ...section("key", [key === undefined ? "accepted, but may not ask about itself" : keyText(key)]),
    ...section("clock", [time === undefined ? "not known" : timeText(time)]),
    ...toldSection("streams", report.streams, (ms) => [`live after ${ms.toFixed(0)} ms`]),
    ...toldSection("balances", report.balances, (rows) =>
      alignedRows(
        [
          ["coin", "free", "bound"],
          ...rows.map(({ coin, available, locked }) => [coin, amount(available), amount(locked)]),
        ],
        "<>>",
      )),
    ...toldSection("open orders", report.openOrders, orderRows),
    ...(positionMode === undefined ? [] : toldSection("position mode", positionMode, (mode) => [mode])),
    ...(positions === undefined ? [] : toldSection("positions", positions, positionRows)),
    ...section("fees", feeRows(report.fees)),
    ...(report.unlisted.length === 0 ? [] : section("not listed", [report.unlisted.join(", ")])),
    ...(networks === undefined ? [] : toldSection("networks", networks, (rows) =>
      alignedRows([
        ["coin", "network", "deposit", "withdraw", "fee", "least"],
        ...rows.map((row) => [
          row.coin,
          row.network,
          row.depositEnabled ? "open" : "closed",
          row.withdrawEnabled ? "open" : "closed",
          amount(row.withdrawFee),
          amount(row.withdrawMin),
        ]),
      ], "<<<<>>"))),
  ];
}

function keyText({ uid, accountType, permissions, addresses, symbols }: KeyReport): string {
  const parts = [
    "accepted",
    `user ${uid}`,
    ...(accountType === "" ? [] : [`${accountType} account`]),
    permissions === undefined
      ? "its rights are not told"
      : `the account may ${permissions.join(", ") || "nothing"}`,
    ...(addresses === undefined ? [] : [
      addresses.length === 0 ? "usable from any address" : `usable from ${addresses.join(", ")}`,
    ]),
    ...(symbols === undefined ? [] : [`${symbols.size} symbols open to it`]),
  ];
  return parts.join(", ");
}

function timeText({ offsetMs, uncertaintyMs, roundTripMs }: VenueTimeFigures): string {
  const sign = offsetMs < 0 ? "behind" : "ahead of";
  return `${Math.abs(offsetMs).toFixed(1)} ms ${sign} this machine ± ${uncertaintyMs.toFixed(1)} ms, ` +
    `round trip ${roundTripMs.toFixed(1)} ms`;
}

function orderRows(rows: readonly OrderOfAccount[]): string[] {
  if (rows.length === 0) return ["none"];
  const cells = rows.map(({ instrument, order }) => [
    instrument.exchangeSymbol,
    order.side,
    order.type,
    order.type === "market" ? "" : instrument.tick.format(order.priceTicks),
    instrument.lot.format(order.lots),
    instrument.lot.format(order.filledLots),
    order.clientOrderId || order.exchangeOrderId,
  ]);
  return alignedRows([["symbol", "side", "type", "price", "size", "filled", "id"], ...cells], "<<<>>><");
}

function positionRows(rows: readonly PositionOfAccount[]): string[] {
  if (rows.length === 0) return ["none"];
  const cells = rows.map(({ instrument, position }) => [
    instrument.exchangeSymbol,
    position.side,
    (position.lots < 0 ? "-" : "") + instrument.lot.format(Math.abs(position.lots)),
    amount(position.entryPrice),
    amount(position.markPrice),
    amount(position.liquidationPrice),
    `${amount(position.leverage)}x ${position.marginMode}`,
    amount(position.margin),
    amount(position.unrealisedPnl),
  ]);
  const head = ["contract", "side", "size", "entry", "mark", "liquidation", "leverage", "margin", "profit"];
  return alignedRows([head, ...cells], "<<>>>><>>");
}

function feeRows(rows: readonly FeesOfInstrument[]): string[] {
  if (rows.length === 0) return ["none of the configured pairs is listed"];
  const cells = rows.map(({ instrument, fees }) =>
    "error" in fees
      ? [instrument.exchangeSymbol, fees.error]
      : [instrument.exchangeSymbol, percent(fees.value.maker), percent(fees.value.taker)]
  );
  return alignedRows([["symbol", "maker", "taker"], ...cells], "<>>");
}

function toldSection<Value>(label: string, told: Told<Value>, lines: (value: Value) => string[]): string[] {
  return section(label, "error" in told ? [`not told: ${told.error}`] : lines(told.value));
}

/** A label beside its lines. */
function section(label: string, texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => wrappedLines(text, width - labelWidth - 2));
  return lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(labelWidth)}${line}`);
}

/** At most eight decimals, as few as it takes; a dash for what is not told. */
function amount(value: number): string {
  if (Number.isNaN(value)) return "–";
  return value.toFixed(8).replace(/\.?0+$/, "");
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(4).replace(/0{1,2}$/, "")} %`;
}
