import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SeededRandom } from "../../../../src/core/random.ts";
import { SimulatedClock } from "../../../../src/core/simulated_clock.ts";
import { ledgerLine } from "../../../../src/simulator/accounts/ledger.ts";
import { defaultAssets, MarketModel } from "../../../../src/simulator/mod.ts";
import { Refusal } from "../../../../src/simulator/trading/refusal.ts";
import type { VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { SpotExchange, startMs } from "../../../support/spot_exchange.ts";

const seconds = 30;
const commandsPerSecond = 20;

/** A moving market with users in it, on a clock of its own. */
class Run {
  readonly #clock = new SimulatedClock(startMs);
  readonly #random: SeededRandom;
  readonly #exchange: SpotExchange;
  readonly #trades: string[] = [];

  constructor(seed: number) {
    const random = new SeededRandom(seed);
    this.#random = random.fork("users");
    const model = new MarketModel({ assets: defaultAssets.slice(0, 1), eventsPerSecond: 200, levels: 30 });
    const market = model.open({ clock: this.#clock, random: random.fork("market") });
    const instrument = market.instruments.find(({ spec }) => spec.exchange === "MEXC_SPOT")!;
    instrument.listen({ onTrade: (trade) => this.#trades.push(Object.values(trade).join(" ")) });
    this.#exchange = new SpotExchange({
      spec: instrument.spec,
      clock: this.#clock,
      instrument,
      feeCoin: "quote",
      whenImpossible: "cancel",
    });
    for (let user = 0; user < 3; user++) {
      this.#exchange.open({ [instrument.spec.base]: "50", USDT: "3000000" });
    }
    market.start();
  }

  /** Runs with this many milliseconds at a time. Returns everything that was written. */
  all(sliceMs: number): { ledger: string; digest: string; trades: string[]; makers: number } {
    for (let command = 1; command <= seconds * commandsPerSecond; command++) {
      this.#runTo(startMs + Math.floor(command * 1000 / commandsPerSecond), sliceMs);
      this.#act();
    }
    const { ledger, accounts, trading } = this.#exchange;
    const fills = accounts.flatMap((account) => trading.store(account).fills);
    return {
      ledger: ledger.entries().map(ledgerLine).join("\n"),
      digest: ledger.digest(),
      trades: this.#trades,
      makers: fills.filter(({ role }) => role === "maker").length,
    };
  }

  #runTo(endMs: number, sliceMs: number): void {
    while (this.#clock.epochMs() < endMs) {
      const until = Math.min(endMs, this.#clock.epochMs() + sliceMs);
      this.#clock.setTimer(until - this.#clock.epochMs(), () => {});
      while ((this.#clock.nextDue ?? Infinity) <= until) this.#clock.step();
    }
  }

  /** A user does something near the best prices. */
  #act(): void {
    const { accounts, instrument, trading } = this.#exchange;
    const account = accounts[Math.floor(this.#random.uniform() * accounts.length)]!;
    const { open } = trading.store(account);
    const order: VenueOrder | undefined = open[Math.floor(this.#random.uniform() * 20)];
    const buys = this.#random.uniform() < 0.5;
    const distance = Math.floor(this.#random.exponential(5)) - 2;
    const { bids, asks } = instrument.book;
    const tick = buys ? bids.tickAt(0) - distance : asks.tickAt(0) + distance;
    const lots = 1 + Math.floor(this.#random.exponential(bids.lotsAt(0)));
    try {
      if (order !== undefined && this.#random.uniform() < 0.5) trading.cancel(order);
      else if (order !== undefined) trading.amend(order, { lots });
      else {
        const timeInForce = this.#random.uniform() < 0.8 ? "gtc" : "ioc";
        this.#exchange.place(account, { side: buys ? "buy" : "sell", tick, lots, timeInForce });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

Deno.test("The same seed and commands write the same ledger, byte for byte, however time is sliced", () => {
  const run = new Run(5).all(1);
  assert(run.ledger.split("\n").length > 1000 && run.makers > 50, "users trade with the moving market");
  assertEquals(new Run(5).all(1), run);
  assertEquals(new Run(5).all(1000), run);
  assertEquals(new Run(5).all(7), run);
});

Deno.test("Another seed writes another ledger", () => {
  assertNotEquals(new Run(6).all(1000).digest, new Run(5).all(1000).digest);
});
