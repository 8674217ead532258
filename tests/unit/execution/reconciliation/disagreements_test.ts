import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import type { Comparison } from "../../../../src/execution/reconciliation/comparison.ts";
import { Disagreements } from "../../../../src/execution/reconciliation/disagreements.ts";

const comparison: Comparison = {
  exchange: "MEXC_SPOT",
  kind: "balance",
  subject: "BTC",
  scope: "BTC",
  unit: "BTC",
  theirs: 1,
  ours: 1,
  tolerance: 0.1,
};

interface Rig {
  readonly clock: SimulatedClock;
  readonly told: string[];
  readonly words: string[];
  readonly stopped: Set<string>;
  readonly disagreements: Disagreements;
  look(change?: Partial<Comparison>): string;
}

function rig(resumes = false): Rig {
  const clock = new SimulatedClock(1_000);
  const told: string[] = [], words: string[] = [];
  const stopped = new Set<string>();
  const disagreements = new Disagreements({
    clock,
    resumes: () => resumes,
    listener: {
      stop: (scope): void => {
        if (!stopped.has(scope)) told.push(`stop ${scope}`);
        stopped.add(scope);
      },
      resume: (scope): void => {
        stopped.delete(scope);
        told.push(`resume ${scope}`);
      },
      onDisagreement: ({ why }): void => void words.push(why),
      onAgreement: (_comparison, why): void => void words.push(why),
    },
  });
  const look = (change: Partial<Comparison> = {}): string =>
    disagreements.judge({ ...comparison, ...change }, () => ["a cause", "another"]);
  return { clock, told, words, stopped, disagreements, look };
}

Deno.test("Disagreements: one look that differs decides nothing, two in a row stop the scope once", () => {
  const { look, told, words, disagreements } = rig();
  assertEquals([look({ theirs: 2 }), look(), look({ theirs: 2 })], ["doubtful", "agrees", "doubtful"]);
  assertEquals(told, []);
  assertEquals([look({ theirs: 1.5 }), look({ theirs: 1.5 })], ["new", "stands"]);
  assertEquals(told, ["stop BTC"]);
  assertEquals(words, [
    "The balance of BTC at MEXC_SPOT: the venue says 1.5 BTC, the program has 1 BTC, difference +0.5 BTC. " +
    "Likely: a cause; another",
  ]);
  assertEquals(disagreements.standing.map(({ theirs, since }) => [theirs, since]), [[1.5, 1_000]]);
});

Deno.test("Disagreements: what stands is stopped again when somebody allowed it for another reason", () => {
  const { look, told, stopped } = rig();
  look({ theirs: 2 });
  look({ theirs: 2 });
  stopped.clear();
  assertEquals(look({ theirs: 2 }), "stands");
  assertEquals(told, ["stop BTC", "stop BTC"]);
});

Deno.test("Disagreements: differences up to the tolerance agree, and what is no number never does", () => {
  const { look } = rig();
  assertEquals([look({ theirs: 1.09 }), look({ theirs: 0.91 })], ["agrees", "agrees"]);
  assertEquals([look({ theirs: NaN }), look({ theirs: NaN })], ["doubtful", "new"]);
});

Deno.test("Disagreements: what a listing leaves out counts as 0 only after four looks in a row", () => {
  const { look, told } = rig();
  for (let time = 0; time < 3; time++) assertEquals(look({ theirs: undefined }), "doubtful");
  assertEquals(look(), "agrees");
  for (let time = 0; time < 3; time++) look({ theirs: undefined });
  assertEquals(told, []);
  assertEquals(look({ theirs: undefined }), "new");
  const nothing = rig();
  assertEquals(nothing.look({ theirs: undefined, ours: 0.05 }), "agrees");
});

Deno.test("Disagreements: agreement is told, and allows acquisition only where the setting says so", () => {
  for (const resumes of [false, true]) {
    const { look, told, words, disagreements } = rig(resumes);
    look({ theirs: 2 });
    look({ theirs: 2 });
    look({ theirs: 2, subject: "other" });
    look({ theirs: 2, subject: "other" });
    assertEquals(look(), "agrees");
    assertMatch(words.at(-1)!, /agrees again/);
    assertEquals(told, ["stop BTC"]);
    look({ subject: "other" });
    assertEquals(told.slice(1), resumes ? ["resume BTC"] : []);
    assertEquals(disagreements.stopped.has("BTC"), !resumes);
  }
});

Deno.test("Disagreements: patience makes a difference wait, however often it is seen", () => {
  const { look, clock } = rig();
  for (let time = 0; time < 10; time++) assertEquals(look({ theirs: 2, patienceMs: 60_000 }), "doubtful");
  clock.setTimer(60_000, () => {});
  clock.step();
  assertEquals(look({ theirs: 2, patienceMs: 60_000 }), "new");
});

Deno.test("Disagreements: a reset drops what stands in its scope and nothing else, and it comes back when seen anew", () => {
  const { look, told, stopped, disagreements } = rig();
  for (const scope of ["BTC", "HYPE", "BTC", "HYPE"]) look({ theirs: 2, scope, subject: scope });
  stopped.clear();
  assertEquals(disagreements.reset("BTC").map(({ subject }) => subject), ["BTC"]);
  assertEquals(disagreements.standing.map(({ subject }) => subject), ["HYPE"]);
  assertEquals(look({ theirs: 2 }), "doubtful");
  assertEquals(look({ theirs: 2 }), "new");
  assertEquals(told, ["stop BTC", "stop HYPE", "stop BTC"]);
});

Deno.test("Disagreements stop exactly after two different looks or four without the thing, with no agreement between", () => {
  const step = fc.constantFrom("agrees", "differs", "missing");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { look, told } = rig(true);
      const expected: string[] = [];
      steps.forEach((kind, index) => {
        const since = steps.slice(0, index + 1).lastIndexOf("agrees") + 1;
        const run = steps.slice(since, index + 1);
        const hasStopped = (upTo: readonly string[]): boolean =>
          upTo.filter((each) => each === "differs").length >= 2 ||
          upTo.join().includes(Array(4).fill("missing").join());
        if (
          kind === "agrees" && hasStopped(steps.slice(steps.slice(0, index).lastIndexOf("agrees") + 1, index))
        ) {
          expected.push("resume BTC");
        }
        if (hasStopped(run) && !hasStopped(run.slice(0, -1))) expected.push("stop BTC");
        look(kind === "agrees" ? {} : { theirs: kind === "differs" ? 5 : undefined });
      });
      assertEquals(told, expected);
    }),
    { numRuns: 1_000 },
  );
});
