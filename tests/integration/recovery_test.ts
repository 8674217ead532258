/**
 * What a start makes of what an earlier run has left, held to the venues' own truth.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import { MemoryJournal } from "../../src/execution/journal/memory_journal.ts";
import type { RecoveryReport } from "../../src/execution/recovery_report.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { journalId, Life } from "./recovery_life.ts";
import { TradingSite, type TradingSiteOptions } from "../support/trading_site.ts";

const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;

async function withSite(
  work: (site: TradingSite) => Promise<void>,
  options: TradingSiteOptions = {},
): Promise<void> {
  await using site = await TradingSite.open(options);
  await work(site);
}

/** What the venue's own fills add up to: units of a coin in and out of the account. */
function trueFlow(site: TradingSite, exchange: ExchangeKey, coin: string): number {
  const { base } = site.instrument(exchange);
  let sum = 0;
  for (
    const { side, size, value, fee, feeCoin } of site.simulator.truth.fills({
      venue: exchange,
      uid: site.uid(exchange),
    })
  ) {
    const sign = side === "buy" ? 1 : -1;
    sum += sign * Number(coin === base ? size : `-${value}`) - (feeCoin === coin ? Number(fee) : 0);
  }
  return sum;
}

/** Contracts at the venue in base units. */
function truePosition(site: TradingSite): number {
  const { exchangeSymbol, baseFactor } = site.instrument("GATEIO_FUTURES");
  return site.simulator.truth.positions(site.uid("GATEIO_FUTURES"))
    .filter(({ symbol }) => symbol === exchangeSymbol)
    .reduce((sum, { size }) => sum + Number(size) * baseFactor, 0);
}

function assertNear(actual: number, expected: number, what: string): void {
  assert(
    Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

/** The ledger has what the venues have, the journal knows every order, nothing of ours is open. */
function assertTrue(site: TradingSite, life: Life): void {
  for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT"] as const) {
    for (const coin of ["BTC", "USDT"]) {
      const flow = life.ledger.flows().find((one) => one.exchange === exchange && one.coin === coin);
      assertNear(flow?.amount ?? 0, trueFlow(site, exchange, coin), `${coin} at ${exchange}`);
    }
  }
  assertNear(
    life.ledger.position(site.instrument("GATEIO_FUTURES")).quantity,
    truePosition(site),
    "position",
  );
  for (const exchange of venues) {
    for (
      const { clientId, state } of site.simulator.truth.orders({ venue: exchange, uid: site.uid(exchange) })
    ) {
      if (!/^(t-)?cx/.test(clientId)) continue;
      assertEquals(state, "finished", `${clientId} at ${exchange}`);
      const text = new TextDecoder().decode(life.journal.bytes);
      assertStringIncludes(text, `"clientOrderId":"${clientId.replace(/^t-/, "")}"`);
    }
  }
  assertEquals(life.flow.tracker.open, []);
}

function kindsOf(report: RecoveryReport): string[] {
  return report.findings.map(({ kind }) => kind).sort();
}

/** What the next life would find in the journal is what this one has in mind. */
function assertKept(site: TradingSite, life: Life): void {
  const { state } = MemoryJournal.open({ clock: site.clock, id: journalId, bytes: life.journal.bytes });
  assertEquals(state.ledger, life.ledger.snapshot());
  assertEquals(state.bookings, []);
  assertEquals(state.stops.map(({ scope }) => scope).sort(), [...life.stops.keys()].sort());
}

Deno.test("A start with an empty journal finds nothing, and remembers what accounts hold", async () => {
  await withSite(async (site) => {
    const life = await Life.begin(site);
    const report = await site.wait(life.recover());
    assertEquals(report.findings, []);
    assertEquals(report.balances.map(({ exchange }) => exchange), [...venues]);
    const { balances } = report.balances.find(({ exchange }) => exchange === "MEXC_SPOT")!;
    assertEquals(balances.find(({ coin }) => coin === "BTC")!.amount, 2);
    assertKept(site, life);
    const again = await Life.begin(site, life.die());
    assertEquals(again.state.balances, report.balances);
    assertEquals((await site.wait(again.recover())).findings, []);
  });
});

Deno.test("Orders whose answers were never heard are found by their names, with their fills", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const orders = first.plan({ exchange: "MEXC_SPOT" }, {
      exchange: "GATEIO_FUTURES",
      change: { side: "sell" },
    }, {
      exchange: "GATEIO_SPOT",
    });
    for (const order of orders) void first.flow.send(order);
    const second = await Life.begin(site, first.die());
    assertEquals(second.taken.open.length, 3);
    const report = await site.wait(second.recover());
    const kinds = kindsOf(report);
    assertEquals(kinds.filter((kind) => kind !== "fill"), ["interrupted", "order", "order", "order"]);
    assert(kinds.includes("fill"));
    assert(truePosition(site) < 0 && trueFlow(site, "MEXC_SPOT", "BTC") > 0);
    assertTrue(site, second);
    const [{ facts, orders: found } = assert(false) as never] = report.interrupted;
    assertEquals([facts.strategy, facts.orders], [
      "basis",
      orders.map(({ request }) => request.clientOrderId),
    ]);
    assertEquals(found!.map(({ state }) => state), ["filled", "filled", "filled"]);
    assertKept(site, second);
    // An interrupted execution stays one until it is ended, with its orders.
    const third = await Life.begin(site, second.die());
    assertEquals(third.taken.interrupted[0]!.orders.map(({ state }) => state), [
      "filled",
      "filled",
      "filled",
    ]);
    assertEquals(third.taken.open, []);
    third.flow.record({ kind: "ended", execution: facts.execution, residue: 0, profit: 0, why: "" });
    assertTrue(site, third);
    const fourth = await Life.begin(site, third.die());
    assertEquals([fourth.taken.interrupted, kindsOf(await site.wait(fourth.recover()))], [[], []]);
    assertTrue(site, fourth);
  });
});

Deno.test("An order that was written down and never sent counts as absent only when it cannot come any more", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const plannedAt = site.clock.epochMs();
    const [order] = first.plan({ exchange: "GATEIO_SPOT" });
    const second = await Life.begin(site, first.die());
    await site.wait(second.recover());
    assertEquals(second.flow.tracker.find(order!.request.clientOrderId)!.state, "absent");
    const { orderValidityMs } = second.venues.get("GATEIO_SPOT")!;
    assert(site.clock.epochMs() > plannedAt + orderValidityMs);
    assertTrue(site, second);
  });
});

Deno.test("Orders that rest are taken back: those of the journal and those that it has lost; others are left alone", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const resting = { timeInForce: "gtc", priceTicks: site.ticks("MEXC_SPOT", 0.9) } as const;
    const [known] = first.plan({ exchange: "MEXC_SPOT", change: resting });
    await site.wait(first.flow.send(known!));
    assertEquals(known!.state, "open");
    const { bytes } = first.journal;
    const [lost] = first.plan({ exchange: "GATEIO_SPOT", change: resting });
    await site.wait(first.flow.send(lost!));
    const hand = await site.account("GATEIO_SPOT");
    await site.wait(hand.place({ ...site.order("GATEIO_SPOT", resting), clientOrderId: "by-hand" }));
    first.die();
    const second = await Life.begin(site, bytes);
    const report = await site.wait(second.recover());
    assertEquals(kindsOf(report), ["adopted-order", "foreign-order", "interrupted", "order", "order"]);
    const open = site.simulator.truth.orders().filter(({ state }) => state === "open");
    assertEquals(open.map(({ clientId }) => clientId), ["t-by-hand"]);
    for (const { request } of [known!, lost!]) {
      assertEquals(second.flow.tracker.find(request.clientOrderId)!.state, "cancelled");
    }
    assert(second.state.nextExecution > first.state.nextExecution + 2, "a lost name could be used again");
    assertTrue(site, second);
    assertKept(site, second);
  });
});

Deno.test("An order that lives although the venue had said that it does not is taken back", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const resting = { timeInForce: "gtc", priceTicks: site.ticks("MEXC_SPOT", 0.9) } as const;
    const orders = first.plan({ exchange: "MEXC_SPOT", change: resting }, {
      exchange: "GATEIO_SPOT",
      change: resting,
    });
    const [cancelled, absent] = orders.map(({ request: { clientOrderId } }) => clientOrderId);
    const nothing = { exchangeOrderId: "", filledLots: 0, averagePrice: 0 };
    first.flow.record({ kind: "report", clientOrderId: cancelled!, ...nothing, status: "cancelled" });
    first.flow.record({
      ...{ kind: "outcome", clientOrderId: absent!, outcome: "absent", exchangeOrderId: "", why: "" },
    });
    const bytes = first.die();
    for (const { request } of orders) {
      const hand = await site.account(request.instrument.exchange);
      assertEquals((await site.wait(hand.place(request))).kind, "accepted");
    }
    const second = await Life.begin(site, bytes);
    assertEquals(second.taken.open, []);
    await site.wait(second.recover());
    assertTrue(site, second);
  });
});

Deno.test("Trades of orders that the journal has lost are found by the difference that they make", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const { bytes } = first.journal;
    const orders = first.plan({ exchange: "MEXC_SPOT" }, {
      exchange: "GATEIO_FUTURES",
      change: { side: "sell" },
    });
    for (const order of orders) await site.wait(first.flow.send(order));
    first.die();
    const second = await Life.begin(site, bytes);
    const report = await site.wait(second.recover());
    const kinds = kindsOf(report);
    assertEquals(kinds.filter((kind) => kind === "adopted-order").length, 2);
    assertEquals(kinds.filter((kind) => !["adopted-order", "fill", "order"].includes(kind)), []);
    assertEquals([...second.stops], []);
    assertTrue(site, second);
    assertKept(site, second);
  });
});

Deno.test("A venue that lists a trade and denies its order is asked again for whose it is", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const { bytes } = first.journal;
    for (const order of first.plan({ exchange: "MEXC_SPOT" })) await site.wait(first.flow.send(order));
    first.die();
    const second = await Life.begin(site, bytes);
    site.fault("MEXC_SPOT", { fault: "order-not-found", count: 3 });
    const report = await site.wait(second.recover());
    assertEquals(kindsOf(report).filter((kind) => kind === "adopted-order").length, 1);
    assertEquals([...second.stops], []);
    assertTrue(site, second);
  });
});

Deno.test("A futures position that no trade of ours explains is taken over and written down", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const [order] = first.plan({ exchange: "GATEIO_FUTURES" });
    await site.wait(first.flow.send(order!));
    const hand = await site.account("GATEIO_FUTURES");
    await site.wait(hand.place(site.order("GATEIO_FUTURES", { side: "sell", lots: 25 })));
    const second = await Life.begin(site, first.die());
    const report = await site.wait(second.recover());
    const finding = report.findings.find(({ kind }) => kind === "adjustment")!;
    assertEquals([finding.exchange, finding.subject], ["GATEIO_FUTURES", "BTC_USDT"]);
    assertStringIncludes(finding.text, "-0.0015 BTC");
    assertEquals(
      second.ledger.position(site.instrument("GATEIO_FUTURES")).quantity.toFixed(9),
      "-0.001500000",
    );
    assertNear(truePosition(site), -0.0015, "position");
    assertKept(site, second);
    const third = await Life.begin(site, second.die());
    assertEquals(kindsOf(await site.wait(third.recover())), ["interrupted"]);
  });
});

Deno.test("A coin of which less is there than there should be is not traded, more is told only", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const hand = await site.account("MEXC_SPOT");
    await site.wait(hand.place(site.order("MEXC_SPOT", { side: "sell" })));
    const second = await Life.begin(site, first.die());
    const report = await site.wait(second.recover());
    assertEquals(report.findings.map(({ kind, subject }) => [kind, subject]), [["shortage", "BTC"], [
      "surplus",
      "USDT",
    ]]);
    assertEquals([...second.stops.keys()], ["BTC"]);
    assertStringIncludes(second.stops.get("BTC")!, "MEXC_SPOT holds 1.999 BTC, 2 were expected");
    assertKept(site, second);
    // It stays stopped until somebody allows it, and is compared with what is there now.
    const third = await Life.begin(site, second.die());
    assertEquals([...third.stops.keys()], ["BTC"]);
    assertEquals((await site.wait(third.recover())).findings, []);
  });
});

Deno.test("Money that is missing on spot stops everything", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const hand = await site.account("GATEIO_SPOT");
    await site.wait(hand.place(site.order("GATEIO_SPOT")));
    const second = await Life.begin(site, first.die());
    await site.wait(second.recover());
    assertEquals([...second.stops.keys()], ["all"]);
  });
});

Deno.test("A venue that fails is asked until it answers, and nothing is half done before", async () => {
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const orders = first.plan({ exchange: "MEXC_SPOT" }, { exchange: "GATEIO_FUTURES" });
    for (const order of orders) void first.flow.send(order);
    const second = await Life.begin(site, first.die());
    for (const exchange of venues) {
      site.fault(exchange, { fault: "dark", forMs: 20_000 });
    }
    const startedAt = site.clock.epochMs();
    const report = await site.wait(second.recover());
    assert(report.endedAt - startedAt >= 20_000, `${report.endedAt - startedAt} ms`);
    assert(site.logger.messages("warn").includes("Recovery waits for a venue"));
    assertTrue(site, second);
  });
});

Deno.test("A recovery that is not wanted any more ends where it waits", async () => {
  await withSite(async (site) => {
    const life = await Life.begin(site);
    site.fault("GATEIO_SPOT", { fault: "dark", forMs: 600_000 });
    const controller = new AbortController();
    const report = life.recover(controller.signal);
    site.clock.setTimer(5_000, () => controller.abort(new Error("the program ends")));
    await site.wait(assertRejects(() => report, Error, "the program ends"));
  });
});

/** Trades a little, and loses what was written after the first `kept` lines. Returns the number of lines. */
async function loseLines(kept: number): Promise<number> {
  let lines = 0;
  await withSite(async (site) => {
    const first = await Life.begin(site);
    await site.wait(first.recover());
    const { length } = first.journal.bytes;
    const resting = { timeInForce: "gtc", priceTicks: site.ticks("GATEIO_SPOT", 0.98) } as const;
    const orders = [
      ...first.plan({ exchange: "MEXC_SPOT" }, { exchange: "GATEIO_FUTURES", change: { side: "sell" } }),
      ...first.plan({ exchange: "GATEIO_SPOT", change: resting }, {
        exchange: "MEXC_SPOT",
        change: { side: "sell" },
      }),
    ];
    for (const order of orders) void first.flow.send(order);
    await site.advance(3_000);
    const bytes = first.die();
    const ends = [...bytes.keys()].filter((at) => at >= length - 1 && bytes[at] === 10);
    lines = ends.length - 1;
    const second = await Life.begin(site, bytes.subarray(0, ends[Math.min(kept, lines)]! + 1));
    await site.wait(second.recover());
    assertTrue(site, second);
    assertKept(site, second);
    assertEquals([...second.stops], [], `${kept} lines kept`);
  });
  return lines;
}

Deno.test("However many of the last lines a loss of power takes, everything is found again", async () => {
  const lines = await loseLines(Infinity);
  assert(lines >= 10, `${lines} lines`);
  for (let kept = 0; kept < lines; kept++) await loseLines(kept);
});

/** What may go wrong at a venue while a life ends and the next one recovers. */
const faults = [
  ...[
    "drop-frame",
    "delay-frame",
    "duplicate-frame",
    "reorder-frame",
    "duplicate-fill",
    "late-fill",
    "close",
  ],
  ...["refuse-connections", "dark", "order-lost", "order-timeout", "order-error", "unknown-status"],
  ...["order-not-found", "truncated-listing", "rate-limit"],
];

/** Lives that trade, die at any moment, also within their recovery, and are followed by others. */
async function livesAndDeaths(seed: number): Promise<void> {
  await withSite(async (site) => {
    const random = new SeededRandom(seed);
    const integer = (below: number): number => Math.floor(random.uniform() * below);
    let bytes: Uint8Array = new Uint8Array();
    for (let round = 0; round < 6; round++) {
      const life = await Life.begin(site, bytes);
      const recovery = life.recover();
      if (round > 0 && random.uniform() < 0.3) {
        recovery.catch(() => {});
        await site.advance(integer(4_000));
        bytes = life.die();
        continue;
      }
      await site.wait(recovery);
      assertTrue(site, life);
      assertEquals([...life.stops], []);
      for (let count = 0; count < 2; count++) {
        const fault = faults[integer(faults.length)]!;
        const delay = fault === "delay-frame" || fault === "late-fill" ? { ms: 1 + integer(4_000) } : {};
        site.fault(venues[integer(3)]!, { fault, ...delay, forMs: 1 + integer(9_000) });
      }
      for (let execution = 0; execution < 3; execution++) {
        const orders = life.plan(...Array.from({ length: 1 + integer(3) }, () => {
          const exchange = venues[integer(3)]!;
          const side = random.uniform() < 0.5 ? "buy" : "sell";
          const rests = random.uniform() < 0.3;
          const factor = (side === "buy") === rests ? 0.97 : 1.03;
          return {
            exchange,
            change: {
              side,
              timeInForce: rests ? "gtc" : "ioc",
              priceTicks: site.ticks(exchange, factor),
            } as const,
          };
        }));
        for (const order of orders) if (random.uniform() < 0.85) void life.flow.send(order);
        await site.advance(random.uniform() < 0.5 ? 0 : integer(600));
      }
      bytes = life.die();
    }
    const last = await Life.begin(site, bytes);
    await site.wait(last.recover());
    assertTrue(site, last);
    assertKept(site, last);
    assertEquals([last.contradictions, [...last.stops]], [[], []]);
  }, { seed });
}

for (let seed = 1; seed <= 6; seed++) {
  Deno.test(`Lives that end at any moment leave nothing that the next does not find (seed ${seed})`, async () => {
    await livesAndDeaths(seed);
  });
}
