/**
 * Statistics, liquidations, insurance and risk limits of Gate.io futures.
 * @module
 */
import type { Liquidation } from "../trading/futures_contract.ts";
import type { GateCall, GateEndpoint } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { limitOf, required } from "./gate_query.ts";
import { publicGet } from "./futures_endpoint.ts";
import type { FuturesMarket } from "./futures_market.ts";
import { wholeSeconds } from "./futures_prices.ts";
import { paged, pageOf, spanOf, within } from "./futures_query.ts";
import { argumentError } from "./futures_refusals.ts";
import { sizeOf, type SizeStyle, sizeStyle } from "./futures_sizes.ts";
import { contractStatRows } from "./futures_statistics.ts";
import { tierRows } from "./futures_tiers.ts";

const daySeconds = 86_400;
/** The fund on 1 January 2020 and what it grows by a day, in USDT. Invented. */
const insuranceStart = { second: 1_577_836_800, amount: 1_000_000, daily: 4321.5 };
const liquidationSpanSeconds = 3600;
/** Where the index comes from. Invented. */
const indexExchanges = ["Binance", "OKX", "Bybit", "Gate.io"];

/** The endpoints. */
export function referenceEndpoints(market: FuturesMarket): GateEndpoint[] {
  return [
    publicGet("/insurance", insurance),
    publicGet("/contract_stats", (call) => contractStatRows(market, call)),
    publicGet("/index_constituents/{index}", ({ params }) => {
      const { spec } = market.instrument(params["index"]!);
      const symbols = [spec.exchangeSymbol];
      return {
        index: spec.exchangeSymbol,
        constituents: indexExchanges.map((exchange) => ({ exchange, symbols })),
      };
    }),
    publicGet("/liq_orders", (call) => liquidations(market, call)),
    publicGet("/risk_limit_tiers", (call) => tiers(market, call)),
    publicGet("/risk_limit_table", ({ query }) => {
      // Tables are named after the contracts that they belong to.
      return tierRows(market.instrument(required(query, "table_id"))).map(({ contract: _, ...row }) => row);
    }),
  ];
}

/** Newest first, one row a day. */
function insurance({ query, nowMs }: GateCall): unknown {
  const today = Math.floor(nowMs / 1000 / daySeconds) * daySeconds;
  return Array.from({ length: limitOf(query, 100, 1000) }, (_, age) => {
    const t = today - age * daySeconds;
    const days = (t - insuranceStart.second) / daySeconds;
    return { t, b: (insuranceStart.amount + insuranceStart.daily * days).toFixed(4) };
  });
}

/** Liquidated size positive for a long position; the order is on the other side. */
function liquidationRow(liquidation: Liquidation, style: SizeStyle): Record<string, unknown> {
  const { instrument, order, size, fillTick, timeMs } = liquidation;
  const sign = order.orderSide === "buy" ? 1 : -1;
  return {
    time: wholeSeconds(timeMs),
    contract: instrument.spec.exchangeSymbol,
    size: sizeOf(instrument, size, style),
    order_size: sizeOf(instrument, sign * order.lots, style),
    order_price: instrument.price(order.tick),
    fill_price: instrument.price(fillTick),
    left: sizeOf(instrument, sign * order.leftLots, style),
  };
}

/** Newest first. The span is an hour at most; UNCONFIRMED: the answer to a longer one. */
function liquidations(market: FuturesMarket, { query, headers, nowMs }: GateCall): unknown {
  const name = query.get("contract");
  const wanted = name === null ? undefined : market.instrument(name);
  const given = spanOf(query);
  const to = Math.min(given.to, wholeSeconds(nowMs));
  const from = query.has("from") ? given.from : to - liquidationSpanSeconds;
  if (to - from > liquidationSpanSeconds) throw argumentError("time range must be within 3600 seconds");
  return (market.engine?.publicLiquidations ?? [])
    .filter(({ instrument, timeMs }) => {
      return (wanted === undefined || instrument === wanted) && within({ from, to }, timeMs);
    })
    .reverse()
    .slice(0, limitOf(query, 100, 1000))
    .map((liquidation) => liquidationRow(liquidation, sizeStyle(headers)));
}

function tiers(market: FuturesMarket, { query }: GateCall): unknown {
  const name = query.get("contract");
  if (name !== null) return paged(tierRows(market.instrument(name)), pageOf(query));
  if (market.listed.length === 0) throw gateRestErrors.contractNotFound();
  return paged(market.listed, pageOf(query)).flatMap(tierRows);
}
