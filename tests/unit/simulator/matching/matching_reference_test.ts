import fc from "fast-check";
import { MatchingPair, type PairCommand } from "./matching_pair.ts";

const side = fc.constantFrom("bid" as const, "ask" as const);
const tick = fc.integer({ min: 96, max: 104 });
const lots = fc.integer({ min: 1, max: 12 });
const index = fc.nat({ max: 1000 });

/** Orders of two self-trade prevention groups and of none. */
const order: fc.Arbitrary<PairCommand> = fc.record({
  kind: fc.constant("order" as const),
  side,
  tick,
  lots,
  life: fc.constantFrom("gtc", "gtc", "gtc", "ioc", "fok", "poc", "budget"),
  group: fc.constantFrom(0, 0, 1, 2),
  action: fc.constantFrom("cancel-newest", "cancel-oldest", "cancel-both"),
});

const change: fc.Arbitrary<PairCommand> = fc.oneof(
  fc.record({ kind: fc.constant("cancel" as const), index }),
  fc.record({ kind: fc.constant("shrink" as const), index, lots }),
  fc.record({ kind: fc.constant("move" as const), index, tick, lots }),
);

const quote: fc.Arbitrary<PairCommand> = fc.record({
  kind: fc.constant("quote" as const),
  side,
  tick,
  lots: fc.oneof(fc.constant(0), lots),
});

const take: fc.Arbitrary<PairCommand> = fc.record({ kind: fc.constant("take" as const), side, tick, lots });

/** Scripts in which these commands come as often as their weights say. */
function scripts(weights: readonly [fc.Arbitrary<PairCommand>, number][]): fc.Arbitrary<PairCommand[]> {
  const commands = weights.map(([arbitrary, weight]) => ({ arbitrary, weight }));
  return fc.array(fc.oneof(...commands), { minLength: 1, maxLength: 60, size: "max" });
}

/** Runs every script on both engines. */
function assertEqualEngines(arbitrary: fc.Arbitrary<PairCommand[]>, seed: number): void {
  fc.assert(
    fc.property(arbitrary, (script) => {
      const pair = new MatchingPair();
      for (const command of script) pair.run(command);
    }),
    { seed, numRuns: 1500 },
  );
}

Deno.test("The matching engine does what the naive one does with users' orders alone", () => {
  assertEqualEngines(scripts([[order, 3], [change, 1]]), 20_261);
});

Deno.test("The matching engine does what the naive one does with users among a crowd", () => {
  assertEqualEngines(scripts([[order, 3], [change, 1], [quote, 3], [take, 1]]), 20_262);
});

Deno.test("The matching engine does what the naive one does where one price holds nearly everything", () => {
  const narrow = fc.constantFrom(100, 100, 100, 101);
  const here = <Command extends PairCommand>(arbitrary: fc.Arbitrary<Command>): fc.Arbitrary<PairCommand> =>
    fc.tuple(arbitrary, narrow).map(([command, at]) =>
      "tick" in command ? { ...command, tick: at } : command
    );
  assertEqualEngines(
    scripts([[here(order), 3], [here(change), 2], [here(quote), 3], [here(take), 2]]),
    20_263,
  );
});
