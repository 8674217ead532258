import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ExchangeKey } from "../../../../src/core/exchange.ts";
import type { OrderRequest } from "../../../../src/core/order_request.ts";
import type { Level } from "../../../support/books.ts";
import { noPaperLatency, PaperDesk } from "../../../support/paper_desk.ts";
import { assertNear, PaperTruth } from "./paper_truth.ts";

type Side = "buy" | "sell";

/** Something that happens. Prices are in ticks off 10,000. */
type Act =
  | { readonly kind: "show"; readonly middle: number; readonly bids: number[]; readonly asks: number[] }
  | { readonly kind: "change"; readonly side: "bids" | "asks"; readonly rank: number; readonly lots: number }
  | { readonly kind: "trade"; readonly side: Side; readonly offset: number; readonly lots: number }
  | {
    readonly kind: "order";
    readonly side: Side;
    readonly type: OrderRequest["type"];
    readonly timeInForce: OrderRequest["timeInForce"];
    readonly offset: number;
    readonly lots: number;
    readonly reduceOnly: boolean;
  }
  | { readonly kind: "cancel"; readonly rank: number }
  | { readonly kind: "cancel-all" }
  | { readonly kind: "fund"; readonly rate: number }
  | { readonly kind: "steps"; readonly count: number };

const side = fc.constantFrom<Side>("buy", "sell");
const offset = fc.integer({ min: -4, max: 4 });
const levels = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("show" as const),
      middle: fc.integer({ min: -2, max: 2 }),
      bids: levels,
      asks: levels,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      side: fc.constantFrom("bids" as const, "asks" as const),
      rank: fc.nat(3),
      lots: fc.integer({ min: 0, max: 60 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("trade" as const),
      side,
      offset,
      lots: fc.integer({ min: 1, max: 80 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      side,
      type: fc.constantFrom<OrderRequest["type"]>("limit", "limit", "limit", "market", "post-only"),
      timeInForce: fc.constantFrom<OrderRequest["timeInForce"]>("gtc", "gtc", "ioc", "fok"),
      offset,
      lots: fc.integer({ min: 10, max: 150 }),
      reduceOnly: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), rank: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel-all" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("fund" as const), rate: fc.constantFrom(-0.001, 0.0005) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("steps" as const), count: fc.nat(6) }) },
);

const deposits = { USDT: 150, HYPE: 12 };
const spots: readonly ExchangeKey[] = ["MEXC_SPOT", "GATEIO_SPOT"];

/** A desk, what must be true of it, and the levels that it shows, best first. */
class Scene {
  readonly truth: PaperTruth;
  readonly desk: PaperDesk;
  funding = 0;
  #levels: Record<"bids" | "asks", [ticks: number, lots: number][]> = { bids: [], asks: [] };
  #time = 1000;

  constructor(readonly exchange: ExchangeKey, readonly isPrompt: boolean, seed: number) {
    const jitter = { leastMs: 1, jitterMs: 3 };
    const latency = isPrompt ? noPaperLatency : { orderEntry: jitter, response: jitter, report: jitter };
    this.desk = new PaperDesk(exchange, latency, seed);
    this.truth = new PaperTruth(exchange, isPrompt);
    this.desk.venue.bind("fill", (fill) => void this.truth.fill(fill));
    this.desk.venue.bind("order", (report) => this.truth.report(report));
    this.desk.venue.deposit("USDT", deposits.USDT);
    if (exchange !== "GATEIO_FUTURES") this.desk.venue.deposit("HYPE", deposits.HYPE);
    this.#show();
  }

  act(act: Act): void {
    this.#act(act);
    if (this.isPrompt) this.desk.idle();
    for (const { available } of this.desk.balances.values()) {
      if (this.exchange !== "GATEIO_FUTURES") assert(available > -1e-6, `${available} are available`);
    }
  }

  #act(act: Act): void {
    const { venue, hype, clock } = this.desk;
    switch (act.kind) {
      case "show": {
        const middle = 10_000 + act.middle;
        const place = (sign: number) => (lots: number, i: number): [number, number] => [
          middle + sign * (i + 1),
          lots,
        ];
        this.#levels = { bids: act.bids.map(place(-1)), asks: act.asks.map(place(1)) };
        return this.#show();
      }
      case "change": {
        const level = this.#levels[act.side][act.rank];
        if (level !== undefined) level[1] = act.lots;
        return this.#show();
      }
      case "trade": {
        const ticks = 10_000 + act.offset;
        this.truth.traded(act.side, ticks, act.lots);
        return this.desk.trade(act.side, hype.tick.value(ticks), hype.lot.value(act.lots), ++this.#time);
      }
      case "order": {
        const { kind: _, offset, type, reduceOnly, ...rest } = act;
        const isReducing = reduceOnly && hype.market === "perpetual";
        const priceTicks = type === "market" ? 0 : 10_000 + offset;
        return this.send(this.desk.request({ ...rest, type, reduceOnly: isReducing, priceTicks }));
      }
      case "cancel": {
        const { request } = [...this.truth.orders.values()].filter(({ isOpen }) => isOpen)[act.rank] ?? {};
        if (request !== undefined) void venue.cancel(request);
        return;
      }
      case "cancel-all":
        return void venue.cancelAll(hype);
      case "fund":
        if (hype.market === "perpetual") this.funding += venue.settleFunding(hype, act.rate, 10)?.amount ?? 0;
        return;
      case "steps":
        for (let i = 0; i < act.count; i++) clock.step();
    }
  }

  send(request: OrderRequest): void {
    this.truth.sent(request);
    void this.desk.venue.place(request);
  }

  /** Ends all orders, closes the position, and holds the balances to what was counted. */
  async close(): Promise<void> {
    const { desk, truth, exchange } = this;
    desk.idle();
    await desk.until(desk.venue.cancelAll(desk.hype));
    desk.idle();
    assertEquals([...truth.orders.values()].filter(({ isOpen }) => isOpen), []);
    if (exchange === "GATEIO_FUTURES" && truth.lots !== 0) {
      this.#levels = { bids: [[9_999, 1e6]], asks: [[10_001, 1e6]] };
      this.#show();
      const side = truth.lots > 0 ? "sell" : "buy";
      const lots = Math.abs(truth.lots);
      this.send(desk.request({ side, type: "market", lots, reduceOnly: true }));
      desk.idle();
    }
    const balances = await desk.until(desk.venue.balances());
    const held = new Map(balances.map(({ coin, available }) => [coin, available]));
    assert(balances.every(({ locked }) => locked === 0), "something is bound without orders");
    assertNear(held.get("USDT")!, deposits.USDT + truth.quote + this.funding);
    if (exchange === "GATEIO_FUTURES") assertEquals(truth.lots, 0);
    else assertNear(held.get("HYPE")!, deposits.HYPE + truth.base);
    await this.#answersAgree();
  }

  async #answersAgree(): Promise<void> {
    const { desk, truth } = this;
    const fills = await desk.until(desk.venue.fills(desk.hype, 0));
    for (const [clientOrderId, { filled, reported }] of truth.orders) {
      assertEquals(reported, filled);
      const report = await desk.until(desk.venue.order({ instrument: desk.hype, clientOrderId }));
      assertEquals(report?.filledLots ?? 0, filled);
      const own = fills.filter((fill) => fill.clientOrderId === clientOrderId);
      const lots = own.reduce((sum, { quantity }) => sum + quantity, 0) / desk.hype.baseFactor;
      assertNear(lots, desk.hype.lot.value(filled));
    }
  }

  #show(): void {
    const { lot, tick } = this.desk.hype;
    const shown = (side: "bids" | "asks"): [number, number][] =>
      this.#levels[side].filter(([, lots]) => lots > 0);
    const values = (side: "bids" | "asks"): Level[] =>
      shown(side).map(([ticks, lots]) => [tick.value(ticks), lot.value(lots)]);
    this.truth.showed({ bids: new Map(shown("bids")), asks: new Map(shown("asks")) });
    this.desk.show(values("bids"), values("asks"), ++this.#time);
  }
}

const acts = fc.array(act, { minLength: 5, maxLength: 60 });

Deno.test("whatever happens, no level gives more than it shows, no order is filled before its turn or beyond its limit, and every coin is counted", async () => {
  const exchange = fc.constantFrom<ExchangeKey>(...spots, "GATEIO_FUTURES");
  await fc.assert(
    fc.asyncProperty(exchange, acts, async (exchange, acts) => {
      const scene = new Scene(exchange, true, 1);
      for (const act of acts) scene.act(act);
      await scene.close();
    }),
    { numRuns: 600 },
  );
});

Deno.test("with delays on all ways fills and reports still add up, and reduce-only orders never open", async () => {
  const exchange = fc.constantFrom<ExchangeKey>(...spots, "GATEIO_FUTURES");
  await fc.assert(
    fc.asyncProperty(exchange, acts, fc.nat(1000), async (exchange, acts, seed) => {
      const scene = new Scene(exchange, false, seed);
      for (const act of acts) scene.act(act);
      await scene.close();
    }),
    { numRuns: 600 },
  );
});
