import { assertEquals } from "@std/assert";
import type { Clock, Timer } from "../../../../src/core/clock.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { Breakers } from "../../../../src/execution/risk/breakers.ts";

const start = Date.UTC(2026, 0, 1);

class Bench {
  readonly clock = new SimulatedClock(start);
  readonly told: string[] = [];
  readonly breakers = new Breakers({
    clock: this.clock,
    cooldownMs: () => 1_000,
    listener: {
      onTripped: ({ name, scope, reason }) => this.told.push(`${name} ${scope}: ${reason}`),
      onReset: ({ name, scope }, by) => this.told.push(`${name} ${scope} over by ${by}`),
    },
  });

  advance(ms: number): void {
    let isOver = false;
    this.clock.setTimer(ms, () => isOver = true);
    while (!isOver) this.clock.step();
  }

  get names(): string[] {
    return this.breakers.tripped.map(({ name, scope }) => `${name} ${scope}`);
  }
}

Deno.test("A breaker stops what is in its scope: everything, a venue or a coin", () => {
  const stops = (scope: string, base: string, buy: "MEXC_SPOT" | "GATEIO_SPOT"): boolean => {
    const { breakers } = new Bench();
    breakers.trip("x", scope, "test");
    return breakers.stopping(base, buy, "GATEIO_FUTURES")?.name === "x";
  };
  assertEquals(stops("all", "BTC", "MEXC_SPOT"), true);
  assertEquals([stops("BTC", "BTC", "MEXC_SPOT"), stops("BTC", "ETH", "MEXC_SPOT")], [true, false]);
  assertEquals([stops("MEXC_SPOT", "BTC", "MEXC_SPOT"), stops("MEXC_SPOT", "BTC", "GATEIO_SPOT")], [
    true,
    false,
  ]);
  assertEquals(stops("GATEIO_FUTURES", "BTC", "MEXC_SPOT"), true);
});

Deno.test("A breaker ends by itself after its cool-down and both are told once", () => {
  const bench = new Bench();
  bench.breakers.trip("x", "all", "one");
  assertEquals(bench.breakers.tripped, [{
    name: "x",
    scope: "all",
    reason: "one",
    since: start,
    until: start + 1_000,
  }]);
  bench.advance(999);
  assertEquals(bench.names, ["x all"]);
  bench.advance(1);
  assertEquals([bench.names, bench.told], [[], ["x all: one", "x all over by time"]]);
});

Deno.test("One that trips again keeps its beginning, takes the new reason and lasts as long as the longer", () => {
  const bench = new Bench();
  bench.breakers.trip("x", "all", "one", { cooldownMs: 5_000 });
  bench.advance(500);
  bench.breakers.trip("x", "all", "two");
  const [state] = bench.breakers.tripped;
  assertEquals([state?.reason, state?.since, state?.until], ["two", start, start + 5_000]);
  bench.breakers.trip("x", "all", "three", { cooldownMs: Infinity });
  bench.breakers.trip("x", "all", "four");
  assertEquals(bench.breakers.tripped[0]?.until, null);
  bench.advance(86_400_000 * 20);
  assertEquals([bench.names, bench.told], [["x all"], ["x all: one"]]);
});

Deno.test("A reset by hand closes one scope or all of a name, and says how many", () => {
  const bench = new Bench();
  for (const scope of ["BTC", "ETH", "SOL"]) bench.breakers.trip("x", scope, "test", { cooldownMs: NaN });
  bench.breakers.trip("y", "BTC", "test");
  assertEquals([bench.breakers.reset("x", "ETH"), bench.names], [1, ["x BTC", "x SOL", "y BTC"]]);
  assertEquals([bench.breakers.reset("x"), bench.names], [2, ["y BTC"]]);
  assertEquals(bench.breakers.reset("z"), 0);
  bench.advance(2_000);
  assertEquals(bench.told.slice(-4), [
    "x ETH over by hand",
    "x BTC over by hand",
    "x SOL over by hand",
    "y BTC over by time",
  ]);
});

Deno.test("Breakers of before a restart go on without being told, those that have ended do not", () => {
  const bench = new Bench();
  bench.breakers.restore([
    { name: "x", scope: "all", reason: "old", since: 1, until: start + 100 },
    { name: "y", scope: "all", reason: "old", since: 1, until: start },
    { name: "z", scope: "all", reason: "old", since: 1, until: null },
  ]);
  assertEquals([bench.names, bench.told], [["x all", "z all"], []]);
  bench.advance(100);
  assertEquals([bench.names, bench.told], [["z all"], ["x all over by time"]]);
});

Deno.test("A wall clock that is set back makes a breaker last until its time of day", () => {
  let back = 0;
  const simulated = new SimulatedClock(start);
  const clock: Clock = {
    epochMs: () => simulated.epochMs() - back,
    monotonicMs: () => simulated.monotonicMs(),
    setTimer: (ms, callback): Timer => simulated.setTimer(ms, callback),
  };
  const breakers = new Breakers({ clock, cooldownMs: () => 1_000 });
  breakers.trip("x", "all", "test");
  back = 400;
  simulated.step();
  assertEquals([breakers.tripped.length, simulated.nextDue], [1, start + 1_400]);
  simulated.step();
  assertEquals(breakers.tripped.length, 0);
});

Deno.test("Breakers that are stopped leave no timer", () => {
  const bench = new Bench();
  bench.breakers.trip("x", "all", "test");
  bench.breakers.stop();
  assertEquals([bench.clock.step(), bench.names], [false, ["x all"]]);
});
