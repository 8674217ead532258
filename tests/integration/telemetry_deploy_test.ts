import { assert, assertEquals, assertMatch } from "@std/assert";
import { deployExpressions, rulesFile, unreadable } from "../support/deploy_files.ts";
import { PrometheusServer, prometheusTest, promtool } from "../support/prometheus_server.ts";
import { Scrape } from "../support/prometheus_text.ts";
import { metricSelectors } from "../support/promql.ts";
import { WatchedDemo } from "../support/watched_demo.ts";

Deno.test("The reader of expressions finds metrics and labels, and nothing else", () => {
  const expression =
    `histogram_quantile(0.99, sum by (le, exchange) (rate(a_bucket{stage="x",instance="$i"}[5m]))) > 1.5e9
     and b{c=~"d|e",f!="g"} or topk(10, h) - (h offset 1h)`;
  assertEquals(metricSelectors(expression), [
    { name: "a_bucket", labels: { stage: ["x"] } },
    { name: "b", labels: { c: ["d", "e"] } },
    { name: "h", labels: {} },
    { name: "h", labels: {} },
  ]);
  const scrape = new Scrape('a_bucket{stage="x",le="1"} 1\nb{c="d"} 1\nb{c="e"} 1\n');
  assertEquals(unreadable(expression, scrape), ["h {}", "h {}"]);
  assertEquals(unreadable('b{c="z"}', scrape), ['b {"c":["z"]}']);
});

prometheusTest("promtool has no objections to the alert rules, and has some to broken ones", async () => {
  const { code, output } = await promtool("rules", rulesFile);
  assertEquals(code, 0, output);
  assertMatch(output, /SUCCESS: \d+ rules found/);
  const folder = await Deno.makeTempDir();
  try {
    const broken = `${folder}/broken.yaml`;
    await Deno.writeTextFile(broken, "groups: [{ name: a, rules: [{ alert: A, expr: 'sum(' }] }]");
    assert((await promtool("rules", broken)).code !== 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What makes an alarm fire, and what does not, as series of Prometheus' own tests: a value every 10 s. */
const tradingAlarms: readonly (readonly [alert: string, series: string, firing: string, silent: string])[] = [
  ["CexarbKillSwitch", "cexarb_kill_switch_engaged", "1x30", "0x30"],
  ["CexarbUnhedged", 'cexarb_exposure_usdt{base="BTC"}', "12.5x30", "0x18 12.5x5 0x5"],
  [
    "CexarbOutcomesUnknown",
    'cexarb_order_outcomes_total{exchange="MEXC_SPOT",outcome="unknown"}',
    "0x10 1x20",
    "1x30",
  ],
  ["CexarbOrdersUnresolved", "cexarb_orders_unresolved", "1x30", "0x25 1x4"],
  [
    "CexarbOrdersRefused",
    'cexarb_order_outcomes_total{exchange="MEXC_SPOT",outcome="refused"}',
    "0+1x30",
    "0x30",
  ],
  ["CexarbResidue", 'cexarb_executions_total{strategy="basis",outcome="residue"}', "0x10 1x20", "0x30"],
  ["CexarbBreakerOpen", "cexarb_breakers_open", "2x30", "0x28 1x2"],
  ["CexarbAcquisitionStopped", "cexarb_acquisition_stops", "1x30", "0x30"],
  ["CexarbFeeDrift", "cexarb_fee_drift_alarms", "1x30", "0x30"],
];

prometheusTest("Alarms of trading fire after five minutes of trouble, and not without it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // The tests say that nothing fires, and promtool tells what does instead.
    const firing = tradingAlarms.map(([alert, series, values]) => silenceOf(alert, series, values));
    const { code, output } = await promtool("test", await writeRuleTests(`${folder}/firing.yaml`, firing));
    assert(code !== 0);
    const fired = new Set(
      [...output.matchAll(/got:\[\s*\d+:\s*Labels:\{alertname="(\w+)"/g)].map(([, name]) => name),
    );
    assertEquals([...fired], tradingAlarms.map(([alert]) => alert), output);
    const silent = tradingAlarms.map(([alert, series, , values]) => silenceOf(alert, series, values));
    const held = await promtool("test", await writeRuleTests(`${folder}/silent.yaml`, silent));
    assertEquals(held.code, 0, held.output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A test of promtool: an alarm does not fire after five minutes of these values. */
function silenceOf(alert: string, series: string, values: string): unknown {
  const accepted = { series: series.replace(/outcome="\w+"/, 'outcome="accepted"'), values: "0+1x30" };
  return {
    interval: "10s",
    input_series: [{ series, values }, ...(series.includes("order_outcomes") ? [accepted] : [])],
    alert_rule_test: [{ eval_time: "5m", alertname: alert, exp_alerts: [] }],
  };
}

async function writeRuleTests(path: string, tests: readonly unknown[]): Promise<string> {
  await Deno.writeTextFile(
    path,
    JSON.stringify({ rule_files: [rulesFile], evaluation_interval: "10s", tests }),
  );
  return path;
}

prometheusTest("Prometheus scrapes a running demo, and its figures arrive", async () => {
  await using demo = await WatchedDemo.start();
  await demo.ready();
  const checked = await promtool("metrics", (await demo.get("/metrics")).text);
  assertEquals(checked, { code: 0, output: "" }, "names and types follow the conventions");
  await using prometheus = await PrometheusServer.start(demo.port, rulesFile);
  await waitFor(async () => (await prometheus.query('up{job="cexarb"} == 1')).length === 1);
  const before = new Scrape((await demo.get("/metrics")).text);
  await waitFor(async () => (await prometheus.query("sum(rate(cexarb_frames_total[10s])) > 0")).length === 1);
  const frames = await prometheus.query("cexarb_frames_total");
  assertEquals(frames.map(({ metric }) => metric["exchange"]).toSorted(), [
    "GATEIO_FUTURES",
    "GATEIO_SPOT",
    "MEXC_SPOT",
  ]);
  const after = new Scrape((await demo.get("/metrics")).text);
  for (const { metric, value } of frames) {
    const labels = { exchange: metric["exchange"]! };
    assert(value <= after.value("cexarb_frames_total", labels)!);
    assert(value > 0 && before.value("cexarb_frames_total", labels)! > 0);
  }
  assertEquals((await prometheus.query("sum(cexarb_books)"))[0]!.value, 24);
  await assertExpressionsAnswered(prometheus, `127.0.0.1:${demo.port}`);
});

/** Prometheus takes every expression of dashboard and rules, and evaluates the rules without an error. */
async function assertExpressionsAnswered(prometheus: PrometheusServer, instance: string): Promise<void> {
  for (const { place, expression } of await deployExpressions()) {
    const filled = expression.replaceAll("$__rate_interval", "10s").replaceAll("$instance", instance);
    await prometheus.query(filled).catch((error) => {
      throw new Error(`${place}: ${error.message} in ${filled}`);
    });
  }
  const { groups } = await prometheus.get("/api/v1/rules") as {
    groups: { rules: { name: string; health: string; state: string }[] }[];
  };
  const rules = groups.flatMap(({ rules }) => rules);
  assert(rules.length > 10);
  assertEquals(rules.filter(({ health }) => health === "err"), []);
  assert(rules.find(({ name }) => name === "CexarbDown")?.state !== "firing");
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!await isSo()) {
    if (Date.now() > end) throw new Error("It did not come to be so within a minute");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
