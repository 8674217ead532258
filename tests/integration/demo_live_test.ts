/**
 * Ten minutes of trading with money against the simulated exchanges, as `cexarb demo --mode live --clock simulated` does,
 * with three coins. What counts is what the exchanges' own ledgers say.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { DemoAccounts } from "../../src/commands/demo_accounts.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { leastOrder } from "../../src/execution/hedge_ladder.ts";
import {
  defaultAssets,
  MarketModel,
  type MarketModelOptions,
  type Simulator,
} from "../../src/simulator/mod.ts";
import { SimulatedRun } from "../support/simulated_run.ts";

const coins = ["SOL", "LUNC", "HYPE"];
const minutes = 10;

/** Units by venue and coin, as the exchanges have them. */
function holdings({ truth }: Simulator): Map<string, number> {
  return new Map(
    truth.balances().map(({ venue, coin, available, locked }) => [
      `${venue} ${coin}`,
      Number(available) + Number(locked),
    ]),
  );
}

/** The middle of an instrument's book at its exchange. */
function middleOf({ truth }: Simulator, exchange: ExchangeKey, symbol: string): number {
  const { bids, asks } = truth.book(exchange, symbol)!;
  return (Number(bids[0]![0]) + Number(asks[0]![0])) / 2;
}

/** A run that has ended, and what the exchanges' ledgers have of it. */
class LiveDemo {
  readonly run: SimulatedRun;
  accounts: DemoAccounts | undefined;
  readonly #given: ReadonlyMap<string, number>;

  constructor(market: MarketModelOptions) {
    const assets = defaultAssets.filter(({ base }) => coins.includes(base));
    this.run = new SimulatedRun({
      seed: 1,
      stored: false,
      source: new MarketModel({ assets, ...market }),
      config: { mode: "live", pairs: coins.map((base) => ({ base, quote: "USDT" })) },
      live: (simulator, clock, { paper }) => {
        this.accounts = new DemoAccounts(simulator, paper);
        return { ...this.accounts.liveOptions(clock), orders: simulator };
      },
    });
    this.#given = holdings(this.run.simulator);
  }

  /** Trades to the end; the engine stands still then and is not stopped. */
  async trade(): Promise<void> {
    await this.run.start();
    await this.run.advance(minutes * 60_000);
    await this.run.finish();
  }

  /** Price of an instrument by the exchanges: one for a coin wherever it is, and the contract's own. */
  price = (
    { market, base, exchangeSymbol }: Pick<Instrument, "market" | "base" | "exchangeSymbol">,
  ): number => {
    const { simulator } = this.run;
    if (market === "perpetual") return middleOf(simulator, "GATEIO_FUTURES", exchangeSymbol);
    return middleOf(simulator, "GATEIO_SPOT", `${base}_USDT`);
  };

  /** What the exchanges have paid, what is open valued at their prices; and what is unhedged by coin, base units. */
  truth(): { profit: number; exposure: ReadonlyMap<string, number> } {
    const { simulator, engine } = this.run;
    const exposure = new Map(coins.map((coin) => [coin, 0]));
    let profit = 0;
    for (const [name, amount] of holdings(simulator)) {
      const coin = name.split(" ")[1]!;
      const change = amount - (this.#given.get(name) ?? 0);
      if (coin === "USDT") profit += change;
      else if (change !== 0) {
        profit += change * this.price({ market: "spot", base: coin, exchangeSymbol: "" });
        exposure.set(coin, exposure.get(coin)! + change);
      }
    }
    for (const { symbol, size, entryPrice } of simulator.truth.positions()) {
      if (Number(size) === 0) continue;
      const contract = engine.instruments.find("GATEIO_FUTURES", symbol)!;
      const quantity = Number(size) * contract.contractSize.size;
      profit += quantity * (this.price(contract) - entryPrice);
      exposure.set(contract.base, exposure.get(contract.base)! + quantity);
    }
    return { profit, exposure };
  }

  /** Orders that are open at the exchanges. */
  get openOrders(): number {
    return this.run.simulator.truth.orders().filter(({ state }) => state === "open").length;
  }
}

async function withDemo(market: MarketModelOptions, test: (demo: LiveDemo) => void): Promise<void> {
  const demo = new LiveDemo(market);
  try {
    await demo.trade();
    test(demo);
  } finally {
    await demo.run.stop();
  }
}

Deno.test("Ten minutes of live trading win money after fees, by the exchanges' own ledgers, with every strategy", async () => {
  await withDemo({}, (demo) => {
    const { engine, recorded, log } = demo.run;
    const { profit, exposure } = demo.truth();
    assert(profit > 10, `${profit} USDT`);
    const own = engine.ledger.realisedPnl + engine.ledger.unrealisedPnl((each) => demo.price(each));
    assertAlmostEquals(own, profit, 0.005);
    const { differenceUsd, openOrders } = demo.accounts!.check(engine);
    assertEquals([differenceUsd, openOrders, demo.openOrders], [0, 0, 0]);
    const fees = demo.run.simulator.truth.fills().length;
    assert(fees > 100 && engine.ledger.fees > 0);
    const count = (strategy: string, purpose: string): number =>
      recorded.executions.filter((each) =>
        each.attribution!.strategy === strategy && each.purpose === purpose && each.quantity > 0
      ).length;
    assert(count("inventory", "enter") > 10 && count("basis", "enter") > 10 && count("basis", "exit") > 10);
    const residues = engine.trading!.parts.desk.residues();
    for (const [coin, quantity] of exposure) {
      const known = residues.find(({ base }) => base === coin);
      assertAlmostEquals(
        known?.quantity ?? 0,
        quantity,
        1e-9 * Math.max(1, demo.run.simulator.truth.fills().length),
      );
      // Nowhere more than the least order could be taken off: spot sells no more than is there.
      for (const instrument of engine.instruments.all.filter(({ base }) => base === coin)) {
        const there = instrument.market === "spot" && quantity > 0
          ? holdings(demo.run.simulator).get(`${instrument.exchange} ${coin}`) ?? 0
          : Infinity;
        const least = leastOrder(instrument, demo.price(instrument));
        assert(Math.min(Math.abs(quantity), there) < least, `${quantity} ${coin} on ${instrument.exchange}`);
      }
    }
    assertEquals(log.filter((line) => line.includes(" error ")), []);
    assertEquals(engine.trading!.parts.desk.stops.size, 0);
  });
});

Deno.test("Ten minutes of live trading on a market without dislocations trade nothing", async () => {
  await withDemo({ bursts: { meanGapMs: Infinity } }, (demo) => {
    const { engine, recorded } = demo.run;
    const { books } = engine.report();
    assertEquals(books.usable, 3 * coins.length);
    assert(recorded.tickers.length > 10_000, "the market moved");
    assertEquals([engine.report().executions, demo.run.simulator.truth.orders().length], [0, 0]);
    assertEquals(demo.truth().profit, 0);
  });
});
