import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ExchangeKey, exchanges } from "../../../src/core/exchange.ts";
import type { Fill } from "../../../src/core/fill.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { baseQuantity, quoteAmount } from "../../../src/core/units.ts";
import { CoinValues } from "../../../src/execution/coin_values.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { testInstruments } from "../../support/instruments.ts";

const table = testInstruments();
const instruments = table.all;
const venues = exchanges.map(({ key }) => key);

/** A trade. */
interface Trade {
  readonly instrument: number;
  readonly side: "buy" | "sell";
  readonly quantity: number;
  readonly price: number;
}

/** A trade, or new prices of all coins. */
type Step = Trade | { readonly prices: readonly number[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      instrument: fc.nat(instruments.length - 1),
      side: fc.constantFrom("buy" as const, "sell" as const),
      quantity: fc.integer({ min: 1, max: 50 }),
      price: fc.integer({ min: 10, max: 90 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      prices: fc.array(
        fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 10, max: 90 }) }, fc.constant(NaN)),
        {
          minLength: 3,
          maxLength: 3,
        },
      ),
    }),
  },
);

function fillOf(
  instrument: Instrument,
  { side, quantity, price }: Trade,
  id: number,
): Fill {
  return {
    tradeId: String(id),
    clientOrderId: "",
    exchangeOrderId: "",
    instrument: instrument.id,
    side,
    price,
    quantity: baseQuantity(quantity),
    notional: quoteAmount(quantity * price),
    fee: 0,
    feeCoin: "USDT",
    feeQuote: quoteAmount(0),
    liquidity: "taker",
    time: 0,
  };
}

/** Signed sum of trades that a filter takes. */
function net(
  trades: readonly { of: Instrument; signed: number }[],
  takes: (of: Instrument) => boolean,
): number {
  return trades.reduce((sum, { of, signed }) => takes(of) ? sum + signed : sum, 0);
}

/** The same or both unknown; sums of small whole numbers differ by rounding only. */
function same(actual: number, expected: number, what: string): void {
  const isSame = Number.isNaN(expected) ? Number.isNaN(actual) : Math.abs(actual - expected) < 1e-6;
  assert(isSame, `${what}: ${actual} instead of ${expected}`);
}

Deno.test("Values coin by coin are those of all trades at the prices of now", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ledger = new Ledger();
    let prices: readonly number[] = [40, 50, 60];
    const bases = [...new Set(instruments.map(({ base }) => base))];
    const priceOf = ({ base }: Instrument): number => prices[bases.indexOf(base)]!;
    const values = new CoinValues({ ledger, instruments: table, exchanges: venues, price: priceOf });
    const trades: { of: Instrument; signed: number; price: number }[] = [];
    steps.forEach((each, index) => {
      if ("prices" in each) {
        prices = each.prices;
        values.changeAll();
      } else {
        const of = instruments[each.instrument]!;
        ledger.apply(of, fillOf(of, each, index));
        values.change(of.base);
        trades.push({ of, signed: each.side === "buy" ? each.quantity : -each.quantity, price: each.price });
      }
      let total = 0;
      const byExchange = new Map<ExchangeKey, number>(venues.map((key) => [key, 0]));
      for (const instrument of instruments) {
        const own = net(trades, (of) => of === instrument);
        const value = own === 0 ? 0 : own * priceOf(instrument);
        same(values.held(instrument), value, `held on ${instrument.exchange}`);
        byExchange.set(instrument.exchange, byExchange.get(instrument.exchange)! + Math.abs(value));
        if (instrument.market === "perpetual") total += Math.abs(value);
        else if (instrument.exchange === "MEXC_SPOT") {
          const coins = net(trades, ({ base, market }) => base === instrument.base && market === "spot");
          total += coins === 0 ? 0 : Math.abs(coins * priceOf(instrument));
        }
      }
      // What was paid and what is left, whatever the order of the trades was.
      let equity = 0;
      for (const base of bases) {
        const ofCoin = trades.filter(({ of }) => of.base === base);
        for (const market of ["spot", "perpetual"] as const) {
          const some = ofCoin.filter(({ of }) => of.market === market);
          const left = net(some, () => true);
          equity -= some.reduce((sum, { signed, price }) => sum + signed * price, 0);
          equity += left === 0 ? 0 : left * prices[bases.indexOf(base)]!;
        }
      }
      same(values.sums.total, total, "all positions");
      same(values.sums.equity, equity, "profit");
      for (const key of venues) same(values.sums.byExchange.get(key)!, byExchange.get(key)!, key);
    });
  }));
});

Deno.test("A trade values its coin anew; the others stand until everything is", () => {
  const ledger = new Ledger();
  let price = 40;
  const values = new CoinValues({ ledger, instruments: table, exchanges: venues, price: () => price });
  const [btc, hype] = ["BTC", "HYPE"].map((base) => instruments.find((each) => each.base === base)!);
  ledger.adjust(btc!, baseQuantity(1), 40);
  ledger.adjust(hype!, baseQuantity(2), 40);
  assertEquals(values.sums.total, 120);
  price = 50;
  assertEquals(values.sums.total, 120);
  values.change("HYPE");
  assertEquals([values.sums.total, values.held(hype!)], [40 + 100, 100]);
  values.change("a coin that nobody trades");
  assertEquals(values.sums.total, 140);
  values.changeAll();
  assertEquals(values.sums.total, 150);
});
