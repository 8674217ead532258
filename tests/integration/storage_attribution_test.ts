import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { exchanges } from "../../src/core/exchange.ts";
import type { Database } from "../../src/storage/database.ts";
import { defaultHistory } from "../../src/storage/history_settings.ts";
import { migrate } from "../../src/storage/migrations.ts";
import * as read from "../../src/storage/operations/mod.ts";
import { schema } from "../../src/storage/schema.ts";
import { prepareTimescale } from "../../src/storage/timescale.ts";
import { createSymbols, historyRows } from "../support/history_rows.ts";
import {
  executionRows,
  type MadeExecution,
  type MadeOpportunity,
  momentsOf,
  numbered,
  opportunityRows,
  someExecution,
  someOpportunity,
} from "../support/recorded_executions.ts";
import { isWithin, range, start, subRange } from "../support/recorded_quotes.ts";
import { fixedSymbols, insertFixedSymbols, insertRows, iso, undone } from "../support/recorded_rows.ts";
import { testInEveryHome } from "../support/storage_homes.ts";
import { openTimescaleDatabase } from "../support/timescale_database.ts";

const numRuns = 25;
const modes = ["test", "live"];
const someMode = fc.constantFrom(undefined, ...modes);
const opportunities = fc.array(someOpportunity, { maxLength: 20 });
const executions = fc.array(someExecution, { maxLength: 30 });

/** Sum of what is known, in eighths, which doubles add up exactly. */
function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** Sum, or NaN when there is nothing or something is not known. */
function wholeSum(values: readonly (number | null)[]): number {
  return values.length === 0 || values.includes(null) ? NaN : sumOf(values);
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function firstOf(values: readonly (number | null)[]): number | undefined {
  return known(values).sort((a, b) => a - b)[0];
}

function longest(own: readonly MadeExecution[], from: number, to: number): number {
  const lengths = own.flatMap((each) => {
    const moments = momentsOf(each);
    return moments[from] === null || moments[to] === null ? [] : [moments[to]! - moments[from]!];
  });
  return lengths.length === 0 ? NaN : Math.max(...lengths);
}

function words(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ""))].sort().join(", ");
}

const worst = ["residue", "flattened", "missed", "refused", "hedged", ""];

/** The row of an opportunity, execution by execution. */
function attributionOf(
  opportunity: MadeOpportunity & { id: number },
  all: readonly MadeExecution[],
  runIds: readonly number[],
): read.AttributionRecord {
  const own = all.filter((each) => each.run === opportunity.run && each.opportunity === opportunity.id);
  const [buy, sell] = [fixedSymbols[opportunity.buy]!, fixedSymbols[opportunity.sell]!];
  const moments = (index: number): (number | null)[] => own.map((each) => momentsOf(each)[index]!);
  const outcome = own.map((each) => each.outcome).sort((a, b) => worst.indexOf(a) - worst.indexOf(b))[0];
  return {
    runId: runIds[opportunity.run]!,
    mode: modes[opportunity.run]!,
    id: opportunity.id,
    base: buy.base,
    quote: "USDT",
    buyExchange: exchanges[buy.exchange]!.key,
    buySymbol: buy.name,
    sellExchange: exchanges[sell.exchange]!.key,
    sellSymbol: sell.name,
    startedAt: opportunity.at,
    endedAt: opportunity.at + 150,
    peakEdgeBps: opportunity.at - start,
    peakProfit: (opportunity.at - start) / 4,
    outcome: outcome ?? (opportunity.counted > 0 ? "" : "passed"),
    why: own.length === 0 ? opportunity.decision : words(own.map(({ reason }) => reason)),
    rejectedBy: opportunity.rejectedBy,
    strategies: words(own.map(({ strategy }) => strategy)),
    executions: own.length,
    orders: wholeSum(own.map(({ orders }) => orders)),
    wantedQuantity: wholeSum(own.map(({ wanted }) => wanted)),
    missedQuantity: wholeSum(own.map(({ missed }) => missed)),
    hedgedQuantity: wholeSum(own.map(({ hedged }) => hedged)),
    residue: wholeSum(own.map(({ residue }) => residue)),
    expectedQuote: wholeSum(own.map(({ expected }) => expected)),
    profitQuote: wholeSum(own.map(({ profit, edge }) => profit ?? edge)),
    expectedFees: wholeSum(own.map(({ expectedFees }) => expectedFees)),
    chargedFees: wholeSum(own.map(({ chargedFees }) => chargedFees)),
    moments: {
      seenAt: firstOf(moments(0)),
      decidedAt: firstOf(moments(1)),
      sentAt: firstOf(moments(2)),
      acknowledgedAt: firstOf(moments(3)),
      filledAt: firstOf(moments(4)),
      hedgedAt: firstOf(moments(5)),
      endedAt: known(moments(6)).sort((a, b) => b - a)[0],
    },
    stages: {
      seenToDecidedMs: longest(own, 0, 1),
      decidedToSentMs: longest(own, 1, 2),
      sentToAcknowledgedMs: longest(own, 2, 3),
      sentToFilledMs: longest(own, 2, 4),
      filledToHedgedMs: longest(own, 4, 5),
    },
  };
}

/** Ways back from what the database has added up in microseconds to whole milliseconds. */
function rounded(record: read.AttributionRecord): read.AttributionRecord {
  const stages = Object.fromEntries(
    Object.entries(record.stages).map(([name, value]) => [name, Math.round(value * 1_000) / 1_000]),
  );
  return { ...record, stages: stages as unknown as read.AttributionStages };
}

type Check = (database: Database, runIds: readonly number[]) => Promise<void>;

const steps: Readonly<Record<string, Check>> = {
  "Each opportunity has one row with what its executions came to, or why there were none": async (
    database,
    runIds,
  ) => {
    await fc.assert(
      fc.asyncProperty(
        opportunities,
        executions,
        subRange,
        someMode,
        fc.boolean(),
        (all, own, part, mode, one) =>
          undone(database, async (inner) => {
            await insertRows(inner, "arbitrage_opportunities", opportunityRows(all, runIds));
            await insertRows(inner, "executions", executionRows(own, runIds));
            const expected = numbered(all).filter((each) =>
              isWithin(each.at, part) && (mode === undefined || modes[each.run] === mode) &&
              (!one || fixedSymbols[each.buy]!.base === "ETH")
            ).map((each) => attributionOf(each, own, runIds))
              .sort((a, b) => b.startedAt - a.startedAt || b.runId - a.runId || b.id - a.id).slice(0, 12);
            const found = await read.attributions(inner, {
              range: part,
              limit: 12,
              ...(mode === undefined ? {} : { mode }),
              ...(one ? { pair: { base: "ETH", quote: "USDT" } } : {}),
            });
            assertEquals(found.map(rounded), expected);
          }),
      ),
      { numRuns },
    );
  },
  "Strategies and routes have what their executions came to": async (database, runIds) => {
    await fc.assert(
      fc.asyncProperty(
        executions,
        subRange,
        someMode,
        (all, part, mode) =>
          undone(database, async (inner) => {
            await insertRows(inner, "executions", executionRows(all, runIds));
            const groups = Map.groupBy(
              all.filter((each) =>
                isWithin(each.at, part) && (mode === undefined || modes[each.run] === mode)
              ),
              ({ strategy, buy, sell }) =>
                [strategy, fixedSymbols[buy]!.base, fixedSymbols[buy]!.exchange, fixedSymbols[sell]!.name]
                  .concat(fixedSymbols[sell]!.exchange).join(" "),
            );
            const found = await read.routeSummaries(inner, {
              range: part,
              ...(mode === undefined ? {} : { mode }),
            });
            const keys = found.map(({ strategy, base, buyExchange, sellSymbol, sellExchange }) =>
              [strategy, base, idOf(buyExchange), sellSymbol, idOf(sellExchange)].join(" ")
            );
            assertEquals(new Set(keys), new Set(groups.keys()));
            assertEquals(keys.length, groups.size);
            for (const [index, summary] of found.entries()) holdSummary(summary, groups.get(keys[index]!)!);
          }),
      ),
      { numRuns },
    );
  },
  "Decisions are counted with what was let go": async (database, runIds) => {
    await fc.assert(
      fc.asyncProperty(
        opportunities,
        subRange,
        someMode,
        (all, part, mode) =>
          undone(database, async (inner) => {
            await insertRows(inner, "arbitrage_opportunities", opportunityRows(all, runIds));
            const groups = Map.groupBy(
              all.filter((each) =>
                isWithin(each.at, part) && (mode === undefined || modes[each.run] === mode)
              ),
              ({ decision, rejectedBy }) => `${decision}|${rejectedBy}`,
            );
            const found = await read.decisionSummaries(inner, {
              range: part,
              ...(mode === undefined ? {} : { mode }),
            });
            assertEquals(
              found.map(({ opportunities }) => opportunities),
              [...groups.values()].map((each) => each.length).sort((a, b) => b - a),
            );
            for (const each of found) {
              const own = groups.get(`${each.decision}|${each.rejectedBy}`)!;
              assertEquals(each.opportunities, own.length);
              assertEquals(each.traded, own.filter(({ counted }) => counted > 0).length);
              assertEquals(each.peakProfit, sumOf(own.map(({ at }) => (at - start) / 4)));
            }
          }),
      ),
      { numRuns },
    );
  },
  "Every question that may mix runs of several modes can be asked for one of them": asksForOneMode,
  "Questions that make no sense are refused": async (database) => {
    const empty = { fromMs: 5, toMs: 5 };
    await assertRejects(() => read.attributions(database, { range: empty }), RangeError, "range is empty");
    await assertRejects(() => read.attributions(database, { range, limit: 0 }), RangeError, "limit is 0");
    await assertRejects(() => read.attributions(database, { range, mode: "" }), RangeError, "mode is empty");
    const pair = { base: "", quote: "USDT" };
    await assertRejects(() => read.attributions(database, { range, pair }), RangeError, "base is empty");
    await assertRejects(() => read.routeSummaries(database, { range: empty }), RangeError, "range is empty");
    await assertRejects(
      () => read.decisionSummaries(database, { range, mode: "" }),
      RangeError,
      "mode is empty",
    );
  },
};

function idOf(exchange: string): number {
  return exchanges.find(({ key }) => key === exchange)!.id;
}

function holdSummary(summary: read.RouteSummary, own: readonly MadeExecution[]): void {
  assertEquals(summary.executions, own.length);
  assertEquals(summary.exits, own.filter(({ purpose }) => purpose === "exit").length);
  for (const [outcome, count] of Object.entries(summary.outcomes)) {
    assertEquals(count, own.filter((each) => each.outcome === outcome).length, outcome);
  }
  assertEquals(Object.keys(summary.outcomes).sort(), worst.filter((word) => word !== "").sort());
  assertEquals(summary.wantedQuantity, sumOf(own.map(({ wanted }) => wanted)));
  assertEquals(summary.missedQuantity, sumOf(own.map(({ missed }) => missed)));
  assertEquals(summary.hedgedQuantity, sumOf(own.map(({ hedged }) => hedged)));
  assertEquals(summary.residue, sumOf(own.map(({ residue }) => residue)));
  assertEquals(summary.profitQuote, sumOf(own.map(({ profit, edge }) => profit ?? edge)));
  let [expected, surprise, expectedFees, chargedFees, unvalued] = [0, 0, 0, 0, 0];
  for (const each of own) {
    const real = each.profit ?? each.edge;
    if (each.expected !== null && real !== null) {
      expected += each.expected;
      surprise += real - each.expected;
    }
    if (each.expectedFees === null) continue;
    if (each.chargedFees === null) unvalued += 1;
    else [expectedFees, chargedFees] = [expectedFees + each.expectedFees, chargedFees + each.chargedFees];
  }
  assertEquals([summary.expectedQuote, summary.surpriseQuote], [expected, surprise]);
  assertEquals([summary.expectedFees, summary.chargedFees], [expectedFees, chargedFees]);
  assertEquals(summary.unvaluedFees, unvalued);
  const drift = expectedFees === 0 ? NaN : (chargedFees - expectedFees) / Math.abs(expectedFees);
  assertEquals(summary.feeDrift, drift);
}

async function asksForOneMode(database: Database, runIds: readonly number[]): Promise<void> {
  await undone(database, async (inner) => {
    const both = runIds.map((run, index) => ({ run, at: start + index * 1_000, amount: 10 + index }));
    await insertRows(
      inner,
      "balance_snapshots",
      both.map(({ run, at, amount }) => ({
        run_id: run,
        exchange_id: 0,
        coin: "USDT",
        available: amount,
        locked: 1,
        frozen: 0,
        borrowing: 0,
        interest: 0,
        taken_at: iso(at),
      })),
    );
    await insertRows(
      inner,
      "fills",
      both.map(({ run, at, amount }) => ({
        run_id: run,
        symbol_id: 1,
        trade_id: "1",
        client_order_id: "o",
        side: "buy",
        price: 1,
        quantity: amount,
        notional: amount,
        fee: 0,
        fee_coin: "USDT",
        fee_quote: 0,
        liquidity: "taker",
        paper: true,
        filled_at: iso(at),
      })),
    );
    const made = both.map(({ at }, run) => ({
      run,
      at,
      buy: 0,
      sell: 1,
      counted: 0,
      decision: "",
      rejectedBy: "",
    } as const));
    await insertRows(inner, "arbitrage_opportunities", opportunityRows(made, runIds));
    for (const [index, mode] of modes.entries()) {
      const amount = 10 + index;
      const [balance] = await read.latestBalances(inner, "MEXC_SPOT", mode);
      assertEquals([balance!.available, balance!.time], [amount, start + index * 1_000]);
      assertEquals((await read.activeBalances(inner, undefined, mode)).map(({ available }) => available), [
        amount,
      ]);
      assertEquals((await read.balanceUtilisation(inner, undefined, mode))[0]!.total, amount + 1);
      assertEquals((await read.totalBalance(inner, 0, mode)).total, amount + 1);
      const history = await read.balanceHistory(inner, { exchange: "MEXC_SPOT", range, mode, coin: "USDT" });
      assertEquals(history.map(({ available }) => available), [amount]);
      const [fills] = await read.fillSummaries(inner, { range, paper: true, mode });
      assertEquals([fills!.fills, fills!.boughtQuantity], [1, amount]);
      assertEquals((await read.pnlSummaries(inner, { range, paper: true, mode }))[0]!.boughtQuantity, amount);
      for (const minEdgeBps of [undefined, 0]) {
        for (const pair of [undefined, { base: "BTC", quote: "USDT" }]) {
          const found = await read.opportunitiesAbove(inner, {
            range,
            mode,
            ...(minEdgeBps === undefined ? {} : { minEdgeBps }),
            ...(pair === undefined ? {} : { pair }),
          });
          assertEquals(found.map(({ runId }) => runId), [runIds[index]]);
        }
      }
    }
    assertEquals((await read.latestBalances(inner)).map(({ available }) => available), [11]);
    assertEquals((await read.fillSummaries(inner, { range, paper: true }))[0]!.fills, 2);
    assertEquals(await read.latestBalances(inner, undefined, "paper"), []);
  });
}

testInEveryHome("Attribution", async (database, home, test) => {
  if (home.timescale) await prepareTimescale(database, defaultHistory);
  await insertFixedSymbols(database);
  await database.query("insert into runs (key, mode, started_at) values (gen_random_uuid(), 'live', now())");
  const rows = await database.query("select id from runs order by id");
  const runIds = rows.map((row) => Number(row["id"]));
  assertEquals(runIds.length, 2);
  for (const [name, step] of Object.entries(steps)) await test.step(name, () => step(database, runIds));
});

Deno.test("A database whose executions are compressed takes the columns and keeps its rows", async () => {
  const database = await openTimescaleDatabase();
  try {
    await migrate(database, schema.slice(0, 6));
    await createSymbols(database);
    await prepareTimescale(database, defaultHistory);
    const old = "from (select now() - interval '9 days' as t, generate_series(1, 3) as n) as of";
    await database.script(`${historyRows.executions} ${old}; ${historyRows.arbitrage_opportunities} ${old}`);
    await database.script("update executions set opportunity_id = 2, edge_quote = 1.5 where id = 3");
    for (const table of ["executions", "arbitrage_opportunities"]) {
      await database.script(`select compress_chunk(chunk) from show_chunks('${table}') as chunk`);
    }
    assertEquals((await migrate(database, schema)).length, schema.length - 6);
    assertEquals((await prepareTimescale(database, defaultHistory)).warnings, []);
    // A row that comes late goes into the compressed chunk.
    await database.script(`insert into executions (run_id, id, opportunity_id, purpose, buy_symbol_id,
      sell_symbol_id, executed_at, outcome, profit_quote)
      select 1, 4, 3, 'enter', 1, 2, executed_at, 'missed', -2 from executions where id = 1`);
    const found = await database.query(
      `select opportunity_id::int as id, executions, outcome, profit_quote from opportunity_attribution order by 1`,
    );
    assertEquals(found, [
      { id: 1, executions: 0, outcome: "passed", profit_quote: null },
      { id: 2, executions: 1, outcome: "", profit_quote: 1.5 },
      { id: 3, executions: 1, outcome: "missed", profit_quote: -2 },
    ]);
  } finally {
    await database.close();
  }
});
