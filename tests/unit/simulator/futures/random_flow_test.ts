import { assert, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { Account } from "../../../../src/simulator/accounts/account.ts";
import type { MarketInstrument } from "../../../../src/simulator/market/market_instrument.ts";
import type {
  FuturesAccountView,
  PositionSlot,
  PositionView,
} from "../../../../src/simulator/trading/futures_contract.ts";
import { Refusal } from "../../../../src/simulator/trading/refusal.ts";
import type { TimeInForce, VenueFill, VenueOrder } from "../../../../src/simulator/trading/venue_order.ts";
import { Exact } from "../../../support/exact.ts";
import { ContractFloor, usdt } from "./contract_floor.ts";

const one = 10n ** 18n;
const deposits = ["1000000", "50000", "3000", "500", "120"];
/** Figures of both contracts from their documentation: price step, base of a contract, in 10^-18. */
const tickSize: Readonly<Record<string, bigint>> = { BTC_USDT: one / 10n, XRP_USDT: one / 10_000n };
const contractBase: Readonly<Record<string, bigint>> = { BTC_USDT: one / 10_000n, XRP_USDT: 10n * one };
const takerFee = 500n;
const makerFee = 200n;
const million = 1_000_000n;

/** lots × contract × price, exact. */
function valueOf({ spec }: MarketInstrument, tick: number, lots: number): bigint {
  const name = spec.exchangeSymbol;
  return BigInt(lots) * contractBase[name]! * BigInt(tick) * tickSize[name]! / one;
}

/** As assertStrictEquals, which takes its time even when there is nothing to say. */
function same<Value>(actual: Value, expected: Value, what?: string): void {
  if (actual !== expected) assertStrictEquals(actual, expected, what);
}

/** Section 6.13: value × (maintenance rate + taker fee); 1 % up to a million of value. */
function maintenanceOf(value: bigint): bigint {
  return value * (10_000n + takerFee) / million;
}

/** A position as a person would keep it: size and average entry price as a fraction. */
interface NaivePosition {
  size: number;
  /** Value of one lot at entry. */
  entry: Exact;
}

/** Books from nothing but the fills that accounts are told, with fractions. */
class NaiveBooks {
  readonly positions = new Map<string, NaivePosition>();
  readonly fees = new Map<string, bigint>();
  /** Σ −signed value of all fills: what all others paid for what users hold. */
  flow = 0n;

  position(account: Account, instrument: MarketInstrument, slot: PositionSlot): NaivePosition {
    const key = `${account.uid} ${instrument.spec.exchangeSymbol} ${slot}`;
    const position = this.positions.get(key) ?? { size: 0, entry: Exact.zero };
    this.positions.set(key, position);
    return position;
  }

  add(fill: VenueFill, slot: PositionSlot): void {
    const { order, tick, lots } = fill;
    const { account, instrument } = order;
    const position = this.position(account, instrument, slot);
    const sign = order.orderSide === "buy" ? 1 : -1;
    const price = Exact.ratio(valueOf(instrument, tick, 1), 1n);
    const closing = position.size * sign < 0 ? Math.min(lots, Math.abs(position.size)) : 0;
    same(fill.closedLots, closing);
    same(fill.value, valueOf(instrument, tick, lots));
    const profit = price.minus(position.entry).times(Exact.ratio(BigInt(-sign * closing), 1n));
    near(Exact.ratio(fill.pnl, 1n), profit, "profit of a fill");
    this.flow -= BigInt(sign) * fill.value;
    position.size += sign * closing;
    if (position.size === 0) position.entry = Exact.zero;
    const opening = lots - closing;
    if (opening > 0) {
      const held = Exact.ratio(BigInt(Math.abs(position.size)), 1n);
      const more = Exact.ratio(BigInt(opening), 1n);
      position.entry = position.entry.times(held).plus(price.times(more)).over(held.plus(more));
      position.size += sign * opening;
    }
    const forced = order.attributes["text"] !== undefined;
    const rate = forced ? 0n : fill.role === "taker" ? takerFee : makerFee;
    same(fill.fee, fill.value * rate / million);
    this.fees.set(account.uid, (this.fees.get(account.uid) ?? 0n) + fill.fee);
  }
}

/** Within 10^-12 coins: the engine cuts every division off at 10^-18. */
function near(actual: Exact, expected: Exact, what: string): void {
  const difference = actual.minus(expected);
  const limit = Exact.ratio(million, 1n);
  const within = difference.compare(limit) <= 0 && difference.compare(Exact.zero.minus(limit)) >= 0;
  assert(within, `${what}: ${actual.toNumber()} instead of ${expected.toNumber()}`);
}

/** One run: the engine, the naive books, and all that must hold between them. */
class Run {
  readonly box = new ContractFloor(...deposits);
  readonly naive = new NaiveBooks();
  readonly instruments = [this.box.btc, this.box.xrp];
  readonly orders: VenueOrder[] = [];
  funding = new Map<string, bigint>();
  placed = 0;
  liquidations = 0;
  flips = 0;
  /** What liquidation took since its order was made. */
  #lost = 0n;

  constructor() {
    const { futures } = this.box;
    futures.events.listen({
      onFill: (fill) => {
        const slot = this.slotOf(fill.order);
        if (fill.order.reduceOnly) same(fill.closedLots, fill.lots, "reduce-only opened something");
        if (fill.closedLots > 0 && fill.closedLots < fill.lots) this.flips += 1;
        this.naive.add(fill, slot);
      },
      onOrder: (order, event) => {
        if (event === "put" && order.attributes["isLiquidation"] === true) this.#lost = 0n;
      },
      onLiquidation: ({ order, leverage, margin }) => {
        this.liquidations += 1;
        same(order.attributes["text"], `liq-${order.id}`);
        if (leverage > 0) same(this.#lost, -margin, "an isolated position loses its margin");
      },
      onBalance: (entry) => {
        if (entry.cause === "liquidation") this.#lost += entry.available;
        if (entry.cause !== "funding") return;
        this.funding.set(entry.uid, (this.funding.get(entry.uid) ?? 0n) + entry.available);
      },
    });
  }

  slotOf(order: VenueOrder): PositionSlot {
    if (this.box.futures.mode(order.account) === "single") return "single";
    return (order.orderSide === "buy") !== order.reduceOnly ? "dual_long" : "dual_short";
  }

  check(): void {
    const { house } = this.box.futures;
    const sums = { cash: 0n, open: 0n, value: 0n };
    const sizes = new Map(
      this.instruments.map((instrument) => [instrument, house.positions.get(instrument) ?? 0]),
    );
    for (const account of this.box.accounts) {
      const positions = this.box.futures.positions(account);
      for (const { instrument, size, markPrice } of positions) {
        sums.value += valueOf(instrument, markTick(instrument, markPrice), size);
        sizes.set(instrument, sizes.get(instrument)! + size);
      }
      const view = this.box.futures.view(account);
      sums.cash += view.total;
      sums.open += view.unrealisedPnl;
      this.#checkAccount(account, view, positions);
    }
    for (const instrument of this.instruments) {
      const { bids, asks } = instrument.book;
      assert(!(bids.tickAt(0) >= asks.tickAt(0)), "the book is crossed");
      same(sizes.get(instrument), 0, "sizes do not cancel out");
    }
    const brought = deposits.reduce((sum, text) => sum + usdt(text), 0n);
    const fees = house.fees.get("USDT") ?? 0n;
    same(sums.cash + fees + (house.crowd.get("USDT") ?? 0n), brought, "coins came or went");
    // What users hold is worth what they paid for it and what they won: trades move nothing but fees.
    const paid = [...this.funding.values()].reduce((sum, amount) => sum + amount, 0n);
    same(
      sums.cash + sums.open + fees - brought - paid + house.insurance,
      this.naive.flow + sums.value,
      "trades made or lost money",
    );
  }

  #checkAccount(account: Account, view: FuturesAccountView, positions: readonly PositionView[]): void {
    const { futures } = this.box;
    const wallet = account.wallets.get("GATEIO_FUTURES")!.balance("USDT");
    const orders = futures.store(account).open;
    same(wallet.locked, orders.reduce((sum, { locked }) => sum + locked, 0n));
    same(wallet.locked, view.orderMargin);
    const { dnw, pnl, fee, fund } = view.history;
    same(dnw + pnl + fee + fund, view.total);
    same(dnw, usdt(deposits[Number(account.uid) - 1]!));
    same(-fee, this.naive.fees.get(account.uid) ?? 0n);
    same(fund, this.funding.get(account.uid) ?? 0n);
    const cross = { maintenance: 0n, unrealised: 0n };
    let isolated = 0n;
    for (const position of positions) {
      this.#checkPosition(position);
      if (position.size === 0) continue;
      if (position.leverage === 0) {
        cross.maintenance += position.maintenanceMargin;
        cross.unrealised += position.unrealisedPnl;
        continue;
      }
      isolated += position.margin;
      assert(position.margin >= 0n, "negative margin");
      assert(position.margin + position.unrealisedPnl > position.maintenanceMargin, "should be liquidated");
    }
    same(view.isolatedPositionMargin, isolated);
    same(view.crossMarginBalance, view.total - isolated + cross.unrealised);
    if (cross.maintenance > 0n) assert(view.crossMarginBalance > cross.maintenance, "should be liquidated");
    else assert(wallet.available >= isolated, "what is set aside is not there");
    for (const instrument of this.instruments) this.#checkOrders(account, instrument, orders, positions);
  }

  #checkPosition(position: PositionView): void {
    const { account, instrument, size, slot, entryValue } = position;
    const own = this.naive.position(account, instrument, slot);
    same(size, own.size);
    near(Exact.ratio(entryValue, 1n), own.entry.times(Exact.ratio(BigInt(size), 1n)), "entry value");
    const value = valueOf(instrument, markTick(instrument, position.markPrice), size);
    same(position.unrealisedPnl, value - entryValue);
    same(position.maintenanceMargin, maintenanceOf(value < 0n ? -value : value));
  }

  /** Reduce-only orders fit their position, and every order binds margin and fee of what it opens. */
  #checkOrders(
    account: Account,
    instrument: MarketInstrument,
    all: readonly VenueOrder[],
    positions: readonly PositionView[],
  ): void {
    const orders = all.filter((order) => order.instrument === instrument);
    if (orders.length === 0) return;
    const dual = this.box.futures.mode(account) === "dual";
    const held = (slot: PositionSlot): PositionView | undefined =>
      positions.find((position) => position.instrument === instrument && position.slot === slot);
    const left = { buy: 0, sell: 0 };
    const reducing = { buy: 0, sell: 0 };
    for (const slot of dual ? ["dual_long", "dual_short"] as const : ["single"] as const) {
      const size = held(slot)?.size ?? 0;
      left[size > 0 ? "sell" : "buy"] += Math.abs(size);
    }
    const room = { ...left };
    for (const order of orders) {
      const side = order.orderSide;
      if (order.reduceOnly) reducing[side] += order.openLots;
      if (dual && !order.reduceOnly) left[side] = 0;
      const closing = Math.min(left[side], order.openLots);
      left[side] -= closing;
      const opening = order.reduceOnly ? 0 : order.openLots - (dual ? 0 : closing);
      const position = held(this.slotOf(order));
      const leverage = position === undefined ? 10 : position.leverage || position.crossLeverageLimit;
      const value = valueOf(instrument, order.tick, opening);
      same(order.locked, value / BigInt(leverage) + value * takerFee / million);
    }
    assert(reducing.buy <= room.buy && reducing.sell <= room.sell, "reduce-only orders exceed the position");
  }
}

function markTick({ spec }: MarketInstrument, markPrice: number): number {
  return Math.round(markPrice / spec.tick.size);
}

/** A step of a run: what it is, who does it, and three numbers for its details. */
interface Step {
  readonly what: number;
  readonly who: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const steps = fc.record({
  what: fc.nat(99),
  who: fc.nat(deposits.length - 1),
  a: fc.nat(9999),
  b: fc.nat(9999),
  c: fc.nat(9999),
});

const forces: readonly TimeInForce[] = ["gtc", "gtc", "gtc", "ioc", "fok", "poc"];

function place(run: Run, { who, a, b, c }: Step): void {
  const account = run.box.accounts[who]!;
  const instrument = run.instruments[a % 2]!;
  const mark = markTick(instrument, run.box.futures.markPrice(instrument));
  const wealth = Math.max(200, Number(deposits[who]));
  const lotValue = Number(valueOf(instrument, mark, 1)) / 1e18;
  const lots = 1 + Math.floor(c / 10_000 * Math.min(4000, wealth * 12 / lotValue));
  const side = b % 2 === 0 ? "buy" : "sell";
  const isMarket = c % 5 === 0;
  run.placed += 1;
  const order = run.box.futures.place(account, {
    instrument,
    side,
    kind: isMarket ? "market" : "limit",
    timeInForce: isMarket ? (b % 3 === 0 ? "fok" : "ioc") : forces[b % forces.length]!,
    tick: isMarket ? (side === "buy" ? Infinity : 0) : mark + (b % 161 - 80) * (c % 7 === 0 ? 10 : 1),
    lots,
    clientId: "",
    reduceOnly: a % 5 === 0,
    stpGroup: c % 3 === 0 ? 0 : who + 1,
    stpAction: (["cancel-newest", "cancel-oldest", "cancel-both"] as const)[b % 3]!,
  });
  if (order.status === "open") run.orders.push(order);
}

function changeOrder(run: Run, { what, a, b }: Step): void {
  const open = run.orders.filter(({ status }) => status === "open");
  const order = open[a % Math.max(1, open.length)];
  if (order === undefined) return;
  if (what < 68) return run.box.futures.cancel(order);
  run.box.futures.amend(order, {
    ...(b % 2 === 0 ? { tick: order.tick + b % 21 - 10 } : {}),
    ...(b % 3 !== 0 ? { lots: Math.max(1, Math.round(order.lots * (b % 200) / 100)) } : {}),
  });
}

function changeSettings(run: Run, { who, a, b, c }: Step): void {
  const { futures } = run.box;
  const account = run.box.accounts[who]!;
  const instrument = run.instruments[a % 2]!;
  if (c % 4 === 0) return futures.setMode(account, b % 2 === 0 ? "single" : "dual");
  const dual = futures.mode(account) === "dual";
  const slot: PositionSlot = dual ? (b % 2 === 0 ? "dual_long" : "dual_short") : "single";
  const at = { account, instrument, slot };
  if (c % 4 === 1) futures.changeMargin(at, usdt(String((b % 200 - 100) / 4)));
  else if (c % 8 === 2) futures.setMarginMode(at, b % 3 === 0 ? "cross" : "isolated");
  else futures.setLeverage(at, [0, 3, 10, 25, 50, 50][b % 6]!, [5, 25, 50][c % 3]!);
}

function act(run: Run, step: Step): void {
  const { what, a, b, c } = step;
  const instrument = run.instruments[a % 2]!;
  const mark = markTick(instrument, run.box.futures.markPrice(instrument));
  const base = instrument === run.box.btc ? 800_000 : 25_000;
  if (what < 60) return place(run, step);
  if (what < 74) return changeOrder(run, step);
  if (what < 80) return changeSettings(run, step);
  if (what < 88) {
    const side = b % 2 === 0 ? "bid" : "ask";
    instrument.take(side, side === "bid" ? mark + 100 : mark - 100, 1 + c, run.box.clock.epochMs());
    return instrument.commit(run.box.clock.epochMs());
  }
  if (what < 97) {
    const jump = Math.round(mark * (b % 201 - 100) / (c % 5 === 0 ? 1200 : 10_000));
    const middle = Math.min(base * 1.2, Math.max(base * 0.8, mark + jump));
    return run.box.move(instrument, Math.round(middle), 1 + c % 900, 1 + c % 10);
  }
  run.box.futures.settleFunding(instrument, ((b % 61 - 30) / 10_000).toFixed(6));
}

function runAll(script: readonly Step[]): Run {
  const run = new Run();
  for (const step of script) {
    try {
      act(run, step);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    run.check();
  }
  return run;
}

Deno.test("FuturesTrading keeps exact books under random orders, settings, prices and funding", () => {
  const totals = { placed: 0, liquidations: 0, flips: 0 };
  fc.assert(
    fc.property(fc.array(steps, { minLength: 400, maxLength: 400 }), (script) => {
      const run = runAll(script);
      totals.placed += run.placed;
      totals.liquidations += run.liquidations;
      totals.flips += run.flips;
    }),
    { numRuns: 45, seed: 20_260_801, endOnFailure: true },
  );
  assert(totals.placed > 10_000, `${totals.placed} orders`);
  assert(totals.liquidations > 100, `${totals.liquidations} liquidations`);
  assert(totals.flips > 100, `${totals.flips} flips`);
});
