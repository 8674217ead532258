import { assertEquals } from "@std/assert";
import type { BalanceSnapshot } from "../../../src/core/balance.ts";
import type { CollectorStatus } from "../../../src/core/collector_status.ts";
import { NetworkError } from "../../../src/core/errors.ts";
import type { FundingRateSnapshot } from "../../../src/core/funding.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { BalanceCollector } from "../../../src/engine/balance_collector.ts";
import { FundingCollector } from "../../../src/engine/funding_collector.ts";
import { testInstruments } from "../../support/instruments.ts";
import { MemoryLogger } from "../../support/memory_logger.ts";

const start = 1_767_225_600_000;
const contracts = testInstruments().ofExchange("GATEIO_FUTURES");

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function pass(clock: SimulatedClock, count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    clock.step();
    await settled();
  }
}

Deno.test("FundingCollector asks at once and then at each interval, and goes on when a venue does not answer", async () => {
  const clock = new SimulatedClock(start), logger = new MemoryLogger();
  const rates: FundingRateSnapshot[] = [], statuses: CollectorStatus[] = [];
  const asked: number[] = [];
  let isAway = false;
  const collector = new FundingCollector({
    sources: [{
      exchange: "GATEIO_FUTURES",
      instruments: contracts,
      rest: {
        fetchFundingRates: (instruments): Promise<FundingRateSnapshot[]> => {
          asked.push(clock.epochMs() - start);
          if (isAway) return Promise.reject(new NetworkError("no route"));
          return Promise.resolve(instruments.map(({ id }) => ({
            instrument: id,
            rate: 1e-4,
            nextSettlement: start + 28_800_000,
            interval: 28_800_000,
            time: clock.epochMs(),
          })));
        },
      },
    }],
    sink: {
      recordFundingRate: (rate) => rates.push(rate),
      recordCollectorStatus: (status) => statuses.push(status),
    },
    clock,
    logger,
    intervalMs: 60_000,
  });
  collector.start();
  await pass(clock, 2);
  assertEquals(asked, [0, 60_000]);
  assertEquals(rates.length, 2 * contracts.length);
  isAway = true;
  await pass(clock, 3);
  assertEquals(asked.length, 5);
  assertEquals(logger.messages("warn").length, 3);
  assertEquals(statuses.map(({ state, errors, messages }) => [state, errors, messages]), [
    ["running", 0, 3],
    ["running", 0, 6],
    ["running", 1, 6],
    ["running", 2, 6],
    ["degraded", 3, 6],
  ]);
  collector.stop();
  assertEquals(clock.step(), false);
});

function held(
  exchange: BalanceSnapshot["exchange"],
  coin: string,
  available: number,
  locked = 0,
): BalanceSnapshot {
  return { exchange, coin, available, locked, time: 1 };
}

Deno.test("BalanceCollector gives the accounts of all venues one time, and a coin that is gone a last row", async () => {
  const clock = new SimulatedClock(start), logger = new MemoryLogger();
  const rounds: (readonly BalanceSnapshot[])[] = [], statuses: CollectorStatus[] = [];
  let mexc = [held("MEXC_SPOT", "USDT", 100), held("MEXC_SPOT", "BTC", 0, 2), held("MEXC_SPOT", "OLD", 0)];
  let isGateAway = false;
  const collector = new BalanceCollector({
    sources: [
      { exchange: "MEXC_SPOT", balances: () => Promise.resolve(mexc) },
      {
        exchange: "GATEIO_SPOT",
        balances: () =>
          isGateAway
            ? Promise.reject(new NetworkError("no route"))
            : Promise.resolve([held("GATEIO_SPOT", "USDT", 50)]),
      },
    ],
    sink: {
      recordBalances: (balances) => rounds.push(balances),
      recordPositions: () => {},
      recordCollectorStatus: (status) => statuses.push(status),
    },
    clock,
    logger,
    intervalMs: 60_000,
  });
  collector.start();
  assertEquals(rounds, []);
  await pass(clock, 1);
  assertEquals(rounds[0]!.map(({ exchange, coin, time }) => [exchange, coin, time - start]), [
    ["MEXC_SPOT", "USDT", 60_000],
    ["MEXC_SPOT", "BTC", 60_000],
    ["GATEIO_SPOT", "USDT", 60_000],
  ]);
  mexc = [held("MEXC_SPOT", "USDT", 90), held("MEXC_SPOT", "BTC", 0), held("MEXC_SPOT", "OLD", 0)];
  isGateAway = true;
  await pass(clock, 2);
  const coins = rounds.slice(1).map((round) => round.map(({ coin, locked }) => [coin, locked]));
  assertEquals(coins, [[["USDT", 0], ["BTC", 0]], [["USDT", 0]]]);
  assertEquals(statuses.at(-1)!.errors, 2);
  collector.stop();
  assertEquals(clock.step(), false);
});

Deno.test("BalanceCollector does not ask again while a venue has not answered", async () => {
  const clock = new SimulatedClock(start);
  const answer = Promise.withResolvers<BalanceSnapshot[]>();
  let asked = 0, recorded = 0;
  const collector = new BalanceCollector({
    sources: [{
      exchange: "MEXC_SPOT",
      balances: () => {
        asked += 1;
        return answer.promise;
      },
    }],
    sink: { recordBalances: () => recorded += 1, recordPositions: () => {}, recordCollectorStatus: () => {} },
    clock,
    logger: new MemoryLogger(),
    intervalMs: 1_000,
  });
  collector.start();
  await pass(clock, 3);
  assertEquals([asked, recorded], [1, 0]);
  answer.resolve([]);
  await settled();
  await pass(clock, 1);
  assertEquals([asked, recorded], [2, 2]);
  collector.stop();
});
