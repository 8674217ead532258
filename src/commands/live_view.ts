/**
 * What a run shows while it goes on: a live table on a terminal, plain lines otherwise.
 * @module
 */
import { bold, dim, green, red } from "@std/fmt/colors";
import { topEdgeBps } from "../arbitrage/edge.ts";
import type { Route } from "../arbitrage/route.ts";
import { exchangeByKey } from "../core/exchange.ts";
import type { Engine } from "../engine/engine.ts";
import { writeError, writeLine, writeText } from "./output.ts";
import type { View } from "./session.ts";
import { summaryLines } from "./summary.ts";

/** Time between two pictures, and between two plain lines, milliseconds. */
const pictureMs = 500;
const lineMs = 5_000;
const clearScreen = "\x1b[H\x1b[J";
const routesShown = 12;
const modes = { paper: "trading on paper", live: "trading with money", observe: "watching" } as const;

/** Starts to show a run. With `json`, standard output is left to the result and lines go to standard error. */
export function startView(engine: Engine, json: boolean): View {
  if (!json && Deno.stdout.isTerminal()) return startTable(engine);
  const write = json ? writeError : writeLine;
  const timer = setInterval(() => write(statusLine(engine)), lineMs);
  return { stop: () => clearInterval(timer) };
}

/** One line about a run. */
export function statusLine(engine: Engine): string {
  const report = engine.report();
  const frames = Object.values(report.venues).reduce((sum, venue) => sum + venue.frames, 0);
  return `${
    report.uptimeS.toFixed(0)
  } s: ${report.books.usable}/${report.books.total} books, ${frames} frames, ` +
    `${report.opportunities} opportunities, ${report.executions} executions, ${
      report.pnlUsd.toFixed(2)
    } USDT`;
}

function startTable(engine: Engine): View {
  const draw = (): void => writeText(clearScreen + tableLines(engine).join("\n") + "\n");
  const timer = setInterval(draw, pictureMs);
  return {
    stop: (): void => {
      clearInterval(timer);
      writeText(clearScreen);
    },
  };
}

/** The live table, line by line. */
export function tableLines(engine: Engine): string[] {
  const rows = engine.universe.routes
    .map((route) => ({ route, edge: edgeOf(engine, route) }))
    .filter(({ edge }) => !Number.isNaN(edge))
    .sort((a, b) => b.edge - a.edge)
    .slice(0, routesShown);
  return [
    bold("cexarb") + dim(`  ${modes[engine.options.config.mode]}, Ctrl-C ends`),
    "",
    dim(
      [
        "coin".padEnd(6),
        "buy on".padEnd(25),
        "ask".padStart(14),
        "sell on".padEnd(25),
        "bid".padStart(14),
        "edge",
      ].join("  "),
    ),
    ...rows.map(({ route, edge }) => routeLine(engine, route, edge)),
    "",
    ...summaryLines({ ...engine.report() }),
  ];
}

function routeLine(engine: Engine, route: Route, edge: number): string {
  const ask = engine.book(route.buy.id)!.asks.bestPrice;
  const bid = engine.book(route.sell.id)!.bids.bestPrice;
  const text = `${edge.toFixed(1)} bps`.padStart(10);
  return [
    route.buy.base.padEnd(6),
    exchangeByKey(route.buy.exchange).name.padEnd(25),
    priceText(ask, route.buy.tick.decimals),
    exchangeByKey(route.sell.exchange).name.padEnd(25),
    priceText(bid, route.sell.tick.decimals),
    edge > 0 ? green(text) : red(text),
  ].join("  ");
}

/** Edge after fees at the best prices, basis points; NaN unless both books are usable. */
function edgeOf(engine: Engine, route: Route): number {
  const buy = engine.book(route.buy.id), sell = engine.book(route.sell.id);
  return buy?.usable && sell?.usable ? topEdgeBps(route, buy, sell) : NaN;
}

function priceText(price: number, decimals: number): string {
  return price.toFixed(decimals).padStart(14);
}
