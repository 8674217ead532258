import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { deployExpressions, unreadable } from "../support/deploy_files.ts";
import { OtlpCollector, type OtlpSpan } from "../support/otlp_collector.ts";
import { linesOf, programTest, run } from "../support/program.ts";
import { Scrape } from "../support/prometheus_text.ts";
import { metricSelectors } from "../support/promql.ts";
import { WatchedDemo } from "../support/watched_demo.ts";

programTest(
  "demo --metrics shows its health and figures while it runs, and traces nothing unasked",
  async () => {
    await using collector = new OtlpCollector();
    await using demo = await WatchedDemo.start([], collector.variables);
    const early = await demo.get("/readyz");
    if (early.status === 503) assert(JSON.parse(early.text).reasons.length > 0, early.text);
    await demo.ready();
    assertEquals(await demo.get("/healthz"), { status: 200, text: '{"status":"ok"}' });
    const first = new Scrape((await demo.get("/metrics")).text);
    assertEquals([first.sum("cexarb_books"), first.value("cexarb_storage_connected")], [24, 1]);
    for (const part of ["yaml", "substitution", "validation", "total"]) {
      const seconds = first.value("cexarb_config_load_seconds", { part })!;
      assert(seconds >= 0 && seconds < 1, `${part}: ${seconds} s`);
    }
    const { targets } = JSON.parse((await demo.get("/compliance?format=json")).text);
    const books = targets.find(({ name }: { name: string }) => name === "books_usable");
    assertEquals([books.limit, books.bound], [24, "at least"]);
    assertMatch((await demo.get("/compliance")).text, /^HFT compliance: (pass|fail|unknown)\n/);
    assertEquals((await demo.get("/dashboard")).status, 404);
    await assertDeployFilesFit(demo);
    const second = new Scrape((await demo.get("/metrics")).text);
    assert(second.sum("cexarb_frames_total") >= first.sum("cexarb_frames_total"));
    const { code, stdout } = await demo.stop();
    assertEquals(code, 0);
    const result = JSON.parse(linesOf(stdout).at(-1)!);
    assert(result.venues.MEXC_SPOT.frames >= second.value("cexarb_frames_total", { exchange: "MEXC_SPOT" })!);
    assert(collector.deliveries > 0, "Deno sends what it makes itself");
    assertEquals(collector.spans, []);
  },
);

/** What the dashboard and the alert rules read is what a running demo shows, and the other way round. */
async function assertDeployFilesFit(demo: WatchedDemo): Promise<void> {
  await demo.shows("cexarb_symbol_cache_hits_total ");
  const scrape = new Scrape((await demo.get("/metrics")).text);
  const all = await deployExpressions();
  assert(all.length > 50, `${all.length} expressions`);
  const missing = all.flatMap(({ place, expression }) =>
    unreadable(expression, scrape).map((name) => `${place}: ${name}`)
  );
  assertEquals(missing, []);
  const read = all.flatMap(({ expression }) => metricSelectors(expression).map(({ name }) => name));
  const unread = [...scrape.types.keys()].filter((name) =>
    !read.includes(name) && !read.includes(`${name}_bucket`)
  );
  // Whoever needs these asks for them.
  const details = /^cexarb_(storage_rows_queued|storage_spooled|symbol_cache|config|log)_/;
  // There are values of these only once something has gone wrong; the rules' texts say where to look.
  const troubles = /^cexarb_(order_refusals_total|breaker_open|fee_drift_ratio)$/;
  assertEquals(unread.filter((name) => !details.test(name) && !troubles.test(name)), []);
}

programTest("A port that is taken ends the program with code 2 before anything has begun", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const { code, stderr } = await run(["demo", "--for", "5s", "--metrics", String(port)]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, `Cannot listen on 127.0.0.1:${port} for telemetry`);
});

programTest("With OTEL_DENO a demo sends the traces of its opportunities through the stages", async () => {
  await using collector = new OtlpCollector();
  const { code, stdout, stderr } = await run(
    ["demo", "--clock", "simulated", "--for", "25s", "--json", "--traces", "1"],
    undefined,
    collector.variables,
  );
  assertEquals(code, 0, stderr);
  const result = JSON.parse(linesOf(stdout).at(-1)!);
  const roots = collector.spans.filter(({ name }) => name === "opportunity");
  assertEquals(roots.length, result.opportunities, "one trace for each opportunity");
  assert(roots.length > 0, "no opportunity in this run");
  assertEquals(new Set(roots.map(({ traceId }) => traceId)).size, roots.length);
  for (const root of roots) {
    const keys = root.attributes.map(({ key }) => key);
    for (const key of ["cexarb.opportunity.id", "cexarb.pair", "cexarb.decision", "cexarb.end_reason"]) {
      assert(keys.includes(key), `${key} is not among ${keys.join(", ")}`);
    }
  }
  const trades = collector.spans.filter(({ name }) => name === "trade");
  assert(trades.length > 0 && trades.length <= result.executions, `${trades.length} trades`);
  assertStages(collector.spans, roots);
});

/** Each trace has the way of the first frame in it: first to the book, then to the decision, inside of the whole. */
function assertStages(spans: readonly OtlpSpan[], roots: readonly OtlpSpan[]): void {
  let withStages = 0;
  for (const root of roots) {
    const children = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId);
    assert(children.every(({ traceId }) => traceId === root.traceId));
    const toBook = children.find(({ name }) => name === "receive_to_book");
    const toDecision = children.find(({ name }) => name === "book_to_decision");
    if (toBook === undefined || toDecision === undefined) continue;
    withStages += 1;
    const times = [toBook.startTimeUnixNano, toBook.endTimeUnixNano, toDecision.endTimeUnixNano].map(BigInt);
    assertEquals(toDecision.startTimeUnixNano, toBook.endTimeUnixNano);
    assert(times[0]! <= times[1]! && times[1]! <= times[2]!, times.join(" "));
    assertEquals(root.startTimeUnixNano, toBook.startTimeUnixNano);
    assert(times[2]! - times[0]! < 1_000_000_000n, "a frame takes no second");
    assert(Math.abs(Number(times[0]! / 1_000_000n) - Date.now()) < 120_000, "the time is of now");
  }
  // One that begins when a snapshot arrives has no frame.
  assert(withStages > 0, "no trace has stages");
}
