/**
 * A program that trades live with accounts at exchanges somewhere: an order that rests, a pair between two spot venues, a
 * pair of spot and contract, a pair of which one order finds nobody and is hedged, and at the end the order that rests is
 * taken back. It stops for ever at one commit point, so that whoever watches can kill it there; or it only settles what
 * an earlier one has left. Its last line of standard output is what it believes.
 *
 * Argument: {@link TradingProgramOptions} as JSON.
 * @module
 */
import { buildRoutes, type Route, type RouteUniverse } from "../../src/arbitrage/route.ts";
import type { LegPlan, TradeIntent } from "../../src/arbitrage/trade_intent.ts";
import { parseConfig } from "../../src/config/hft_config.ts";
import { delay, SystemClock } from "../../src/core/clock.ts";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import type { Side } from "../../src/core/order.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { Secret } from "../../src/core/secret.ts";
import { baseQuantity, quoteAmount } from "../../src/core/units.ts";
import { discoverInstruments } from "../../src/engine/discovery.ts";
import { LiveAccounts } from "../../src/engine/live_accounts.ts";
import { LiveTrading } from "../../src/engine/live_trading.ts";
import { VenueLimits } from "../../src/engine/venue_limits.ts";
import { type ExchangeConfig, getCompositeImplementation } from "../../src/exchanges/factory.ts";
import type { CompositePublicExchange } from "../../src/exchanges/interfaces/composite_public_exchange.ts";
import { quoteStreams } from "../../src/exchanges/public_websocket_client.ts";
import { clientOrderId } from "../../src/execution/client_order_id.ts";
import { FileJournal } from "../../src/execution/journal/file_journal.ts";
import { journalOrder } from "../../src/execution/journal_values.ts";
import type { JournalEvent } from "../../src/execution/journal_record.ts";
import type { TrackedOrder } from "../../src/execution/tracked_order.ts";
import type { TradingDesk } from "../../src/execution/trading_desk.ts";
import { LineLogger } from "../../src/logging/logger.ts";
import type { OrderBook } from "../../src/market/order_book.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { FrameTrace } from "../../src/telemetry/frame_trace.ts";

/** What the program is to do. */
export interface TradingProgramOptions {
  readonly endpoints: Readonly<Record<ExchangeKey, { rest: string; ws: string }>>;
  readonly keys: Readonly<Record<"MEXC" | "GATEIO", { apiKey: string; secretKey: string }>>;
  /** Folder of the journal. */
  readonly directory: string;
  /** Commit point at which it stops; without it, it stops nowhere. */
  readonly stopAt?: {
    /** Execution whose record is the first that counts. Without it, all count. */
    readonly since?: number;
    /** Number of the record, from 1. */
    readonly record: number;
    /** Before it is written, or just after. */
    readonly when: "before" | "after";
  };
  /** Whether it trades, or only settles what was left. */
  readonly trades: boolean;
}

/** What the program believes at its end. */
export interface TradingProgramResult {
  readonly open: readonly string[];
  readonly exposure: number;
  readonly leastOrder: number;
  readonly flows: readonly { readonly exchange: string; readonly coin: string; readonly amount: number }[];
  /** Signed base units of the contract. */
  readonly position: number;
  readonly stops: Readonly<Record<string, string>>;
  readonly executions: number;
}

const options = JSON.parse(Deno.args[0]!) as TradingProgramOptions;
/** Value of each order, USDT. */
const notional = 60;
/** Longest wait for anything, milliseconds. */
const patienceMs = 20_000;
/** Share of the price that an order may cost more, and that the one that finds nobody asks for too much. */
const slack = 0.003;

/** Stops the process for ever at a commit point; everything that was sent before goes on at the venues. */
function stopAt(journal: FileJournal, point: TradingProgramOptions["stopAt"]): void {
  if (point === undefined) return;
  const append = journal.append.bind(journal);
  let record = 0, counts = point.since === undefined;
  journal.append = (event: JournalEvent): void => {
    counts ||= event.kind === "execution" && event.execution === point.since;
    if (counts) record += 1;
    if (counts && record === point.record && point.when === "before") hang();
    append(event);
    if (counts && record === point.record) hang();
  };
}

function hang(): void {
  Deno.stdout.writeSync(new TextEncoder().encode("STOPPED\n"));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const clock = new SystemClock();
const random = new SeededRandom(1);
const logger = new LineLogger(
  (line) => Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`)),
  () => clock.epochMs(),
  "info",
);
const keys = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const;
const config = parseConfig(
  `
mode: live
exchanges:
${
    keys.map((key) =>
      `  ${key}: { rest: "${options.endpoints[key].rest}", ws: "${options.endpoints[key].ws}" }`
    ).join("\n")
  }
pairs: [BTC/USDT, ETH/USDT]
risk: { maxBookAge: 10m, maxSpread: 500bps, minDepthNotional: $1, maxSlippage: 500bps }
execution: { orderTimeout: 1500ms, settleTimeout: 300ms, deadManSeconds: 0 }
`,
  "test.yaml",
);
const network = new SystemNetwork();
const limits = new VenueLimits(clock);

const configs = config.exchanges.map((settings): ExchangeConfig => ({
  ...settings,
  network,
  clock,
  random,
  logger,
  speed: "normal",
  trace: new FrameTrace(),
}));
const listed = await discoverInstruments(configs, config.pairs, clock, random, logger);
const opened = await FileJournal.open({ directory: options.directory, clock, id: "crash" });
stopAt(opened.journal, options.stopAt);
const accounts = await LiveAccounts.open({
  config,
  clock,
  random,
  logger,
  network,
  limits,
  instruments: listed,
  live: {
    credentials: (exchange) => {
      const { apiKey, secretKey } = options.keys[exchange === "MEXC_SPOT" ? "MEXC" : "GATEIO"];
      return { apiKey: new Secret(apiKey), secretKey: new Secret(secretKey) };
    },
    journal: opened,
  },
});
const { instruments } = accounts;
const books: (OrderBook | undefined)[] = [];
const composites = configs.map((each): CompositePublicExchange =>
  getCompositeImplementation({ ...each, instruments: instruments.ofExchange(each.exchange) }, {
    private: false,
  })
);
for (const composite of composites) {
  composite.bind("book", (book) => books[book.instrument] = book);
  composite.start(instruments.ofExchange(composite.exchange), () => quoteStreams);
}
const universe = buildRoutes(instruments);
const trading = new LiveTrading({
  config,
  clock,
  logger,
  instruments,
  universe,
  accounts,
  book: (instrument) => books[instrument.id],
  mark: () => NaN,
  listener: {
    onSent: () => {},
    onOutcome: () => {},
    onOrder: () => {},
    onFill: () => {},
    onExecution: () => {},
    onStop: () => {},
    onForeign: () => {},
    onConnection: (exchange, state) => trading.onConnection(exchange, state),
  },
});
const { desk } = trading.parts;
await trading.start();
if (options.trades) await trade(desk, instruments, universe);
await until("the end", () => desk.busy.size === 0);
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(believed(desk, instruments)) + "\n"));
Deno.exit(0);

async function trade(
  desk: TradingDesk,
  instruments: InstrumentTable,
  universe: RouteUniverse,
): Promise<void> {
  await until(
    "books",
    () =>
      instruments.all.every((each) =>
        desk.risk.readable(each) !== undefined && desk.risk.volatilityBps(each) >= 0
      ),
  );
  const gateEth = instruments.ofExchange("GATEIO_SPOT").find(({ base }) => base === "ETH")!;
  const resting = placeResting(desk, gateEth);
  await resting.sent;
  const pairs = [["GATEIO_SPOT", -slack], ["GATEIO_FUTURES", -slack], ["GATEIO_FUTURES", slack]] as const;
  for (const [sellsOn, over] of pairs) {
    const route = universe.routes.find(({ buy, sell }) =>
      buy.exchange === "MEXC_SPOT" && sell.exchange === sellsOn && buy.base === "BTC"
    )!;
    await until(`room for the pair on ${sellsOn}`, () => isSent(desk, intentOf(route, over)));
    await until(`the pair on ${sellsOn}`, () => desk.busy.size === 0);
  }
  await desk.flow.cancel(resting.order);
  await desk.resolver.resolve(resting.order);
}

/** Hands an intent to the desk. Returns whether it is on its way; venues may have no room for orders at the moment. */
function isSent(desk: TradingDesk, intent: TradeIntent): boolean {
  const answer = desk.submit(intent);
  if (answer.kind === "sent") return true;
  if (answer.limit !== "rate") throw new Error(`not sent: ${answer.limit}: ${answer.reason}`);
  return false;
}

/** An order far from the market, on a coin that nothing else is traded on. */
function placeResting(
  desk: TradingDesk,
  instrument: Instrument,
): { order: TrackedOrder; sent: Promise<void> } {
  const price = books[instrument.id]!.bids.bestPrice * 0.7;
  const request = {
    clientOrderId: clientOrderId({ journal: "crash", execution: 99_999, order: 1 }),
    instrument,
    side: "buy" as const,
    type: "limit" as const,
    timeInForce: "gtc" as const,
    priceTicks: instrument.tick.floor(price),
    lots: instrument.lot.floor(notional / price),
    reduceOnly: false,
  };
  const order = desk.tracker.plan(request, 0);
  desk.flow.record({ kind: "order", execution: 0, why: "test", order: journalOrder(request) });
  return { order, sent: desk.flow.send(order) };
}

/** @param over Share of the best price that the selling order asks for beyond it: above 0 nobody takes it. */
function intentOf(route: Route, over: number): TradeIntent {
  const { buy, sell } = route;
  const ask = books[buy.id]!.asks.bestPrice, bid = books[sell.id]!.bids.bestPrice;
  const quantity = route.quantityStep.value(route.quantityStep.floor(notional / ask));
  const zero = quoteAmount(0);
  return {
    strategy: buy.market === sell.market ? "inventory" : "basis",
    purpose: "enter",
    opportunity: 1,
    route,
    buy: legOf(buy, "buy", quantity * route.grossFactor, ask, ask * (1 + slack)),
    sell: legOf(sell, "sell", quantity, bid, bid * (1 + over)),
    quantity: baseQuantity(quantity),
    expected: {
      edge: zero,
      fees: zero,
      depthCost: zero,
      funding: zero,
      exit: zero,
      missing: zero,
      value: zero,
    },
    reason: "test",
    seenAt: clock.epochMs(),
  };
}

function legOf(
  instrument: Instrument,
  side: Side,
  quantity: number,
  best: number,
  cap: number,
): LegPlan {
  const { lot, tick, baseFactor } = instrument;
  const lots = lot.nearest(quantity / baseFactor);
  const base = lot.value(lots) * baseFactor;
  return {
    instrument,
    side,
    lots,
    quantity: baseQuantity(base),
    notional: quoteAmount(base * best),
    capTicks: side === "buy" ? tick.floor(cap) : tick.ceil(cap),
    reduceOnly: false,
  };
}

function believed(desk: TradingDesk, instruments: InstrumentTable): TradingProgramResult {
  const [residue] = desk.residues();
  const [contract] = instruments.ofExchange("GATEIO_FUTURES");
  return {
    open: desk.tracker.open.filter(({ isFinal }) => !isFinal).map(({ request }) => request.clientOrderId),
    exposure: desk.flow.exposure("BTC", "USDT"),
    leastOrder: residue?.leastOrder ?? NaN,
    flows: desk.flow.ledger.flows(),
    position: desk.flow.ledger.position(contract!).quantity,
    stops: Object.fromEntries(desk.stops),
    executions: desk.nextExecution - 1,
  };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = clock.monotonicMs() + patienceMs;
  while (!isSo()) {
    if (clock.monotonicMs() > deadline) throw new Error(`waited too long for ${what}`);
    await delay(clock, 5);
  }
}
