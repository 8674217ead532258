import { assertEquals } from "@std/assert";
import { complianceOf, complianceText, type Target } from "../../../src/telemetry/compliance.ts";

function target(bound: Target["bound"], limit: number, value: number): Target {
  return { name: "some_target", what: "Something", unit: "µs", bound, limit, value: () => value };
}

function verdicts(...targets: Target[]): string[] {
  const report = complianceOf(targets);
  return [report.verdict, ...report.targets.map(({ verdict }) => verdict)];
}

Deno.test("A target passes up to its limit and not beyond", () => {
  assertEquals(verdicts(target("at most", 100, 99.9), target("at most", 100, 100)), ["pass", "pass", "pass"]);
  assertEquals(verdicts(target("at most", 100, 100.1)), ["fail", "fail"]);
  assertEquals(verdicts(target("at least", 3, 3), target("at least", 3, 4)), ["pass", "pass", "pass"]);
  assertEquals(verdicts(target("at least", 3, 2.9)), ["fail", "fail"]);
});

Deno.test("A target without a value is unknown, and a failure counts more than that", () => {
  const [unknown, pass, fail] = [NaN, 1, 2].map((value) => target("at most", 1, value));
  assertEquals(verdicts(unknown!), ["unknown", "unknown"]);
  assertEquals(verdicts(pass!, unknown!), ["unknown", "pass", "unknown"]);
  assertEquals(verdicts(unknown!, fail!, pass!), ["fail", "unknown", "fail", "pass"]);
  assertEquals(complianceOf([unknown!]).targets[0]!.value, undefined);
  assertEquals(complianceOf([]), { verdict: "pass", targets: [] });
});

Deno.test("The text of a compliance report has a line for each target, its columns under each other", () => {
  const text = complianceText(complianceOf([
    { ...target("at most", 100, 12.34567), name: "frame_to_book_p99", what: "From a frame to its book" },
    { ...target("at least", 1, NaN), name: "books", unit: "", what: "Books" },
  ]));
  assertEquals(
    text,
    `HFT compliance: unknown
pass     frame_to_book_p99  12.346 µs  at most 100 µs  From a frame to its book
unknown  books              -          at least 1      Books
`,
  );
});
