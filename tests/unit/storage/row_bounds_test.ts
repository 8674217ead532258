import { assert, assertEquals } from "@std/assert";
import { pendingLimit } from "../../../src/storage/pending_limit.ts";
import {
  fundingProblem,
  latencyProblem,
  orderFlowProblem,
  tradeProblem,
} from "../../../src/storage/row_bounds.ts";
import { tableNames } from "../../../src/storage/table.ts";

const hour = 3_600_000;
const funding = {
  instrument: 0,
  rate: 0.0001,
  nextSettlement: 8 * hour,
  interval: 8 * hour,
  time: hour,
} as Parameters<typeof fundingProblem>[0];

Deno.test("Funding is refused when its rate, interval, next settlement or prices make no sense", () => {
  assertEquals(fundingProblem(funding), undefined);
  assertEquals(
    fundingProblem({ ...funding, rate: -1, nextSettlement: 0, markPrice: 1, indexPrice: 2 }),
    undefined,
  );
  for (
    const wrong of [
      { rate: 1.01 },
      { rate: NaN },
      { interval: 0 },
      { interval: 7 * 24 * hour + 1 },
      { nextSettlement: -1 },
      { nextSettlement: 9.1 * 24 * hour },
      { nextSettlement: NaN },
      { markPrice: 0 },
      { indexPrice: NaN },
    ]
  ) assert(fundingProblem({ ...funding, ...wrong }) !== undefined, JSON.stringify(wrong));
});

Deno.test("Trades, pressure and latencies are refused when a figure that they need is missing or out of bounds", () => {
  const trade = { price: 1, quantity: 2, exchangeTime: 3 } as Parameters<typeof tradeProblem>[0];
  assertEquals(tradeProblem(trade), undefined);
  assert(tradeProblem({ ...trade, price: NaN }) !== undefined);
  const flow = { windowMs: 1_000, volumeImbalance: NaN, tradeImbalance: -1 } as Parameters<
    typeof orderFlowProblem
  >[0];
  assertEquals(orderFlowProblem(flow), undefined);
  assert(orderFlowProblem({ ...flow, volumeImbalance: 1.1 }) !== undefined);
  assert(orderFlowProblem({ ...flow, windowMs: 0 }) !== undefined);
  const sample = { samples: 1, p50: 1, p90: 1, p99: 1, max: 1 } as Parameters<typeof latencyProblem>[0];
  assertEquals(latencyProblem(sample), undefined);
  assert(latencyProblem({ ...sample, samples: 0 }) !== undefined);
  assert(latencyProblem({ ...sample, p99: NaN }) !== undefined);
});

Deno.test("Rows are dropped the earlier the less valuable their table is, those of venues and symbols never", () => {
  const limits = tableNames.map((table) => pendingLimit(table, 1_000));
  assertEquals(limits.slice(0, 2), [Infinity, Infinity]);
  for (let table = 1; table < limits.length; table++) {
    assert(limits[table]! < limits[table - 1]! || limits[table] === Infinity);
  }
  assertEquals(limits[tableNames.indexOf("book_ticker_snapshots")], 1_000);
  assertEquals(limits[tableNames.indexOf("fills")], 2_000);
  assertEquals(limits.at(-1), 600);
});
