/**
 * What must hold when everything is over.
 * @module
 */
import { exchangeByKey, exchanges } from "../../../src/core/exchange.ts";
import type { InstrumentTable } from "../../../src/core/instrument.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { OrderTracker } from "../../../src/execution/order_tracker.ts";
import { takeUp } from "../../../src/execution/recovery_memory.ts";
import type { EngineUnderTest } from "./engine_under_test.ts";
import { journalAt } from "./supervisor.ts";
import type { EpisodeTrace } from "./episode_trace.ts";
import { type TruthWatch, Violation } from "./truth_watch.ts";

/** What is compared. */
export interface FinalChecks {
  readonly engine: EngineUnderTest;
  readonly watch: TruthWatch;
  readonly instruments: InstrumentTable;
  /** Quote per base. */
  price(base: string): number;
  leastOrder(base: string): number;
  readonly trace: EpisodeTrace;
  /** What a next process would find. */
  readonly bytes: Uint8Array;
}

/** Greatest difference of two amounts, relative to what has moved. */
const tolerance = 1e-9;
const cent = 0.01;

/** @throws {Violation} when the engine's books are not those of the venues, or something is left. */
export function finalChecks(checks: FinalChecks): void {
  checks.watch.readOrders();
  const open = checks.watch.open();
  if (open.length > 0) throw new Violation(`Order ${open[0]!.clientId} is open at ${open[0]!.venue}`);
  for (const base of new Set(checks.instruments.all.map((instrument) => instrument.base))) {
    checkExposure(checks, base);
  }
  checkFlows(checks, checks.engine, "told");
  checkProfit(checks);
  checkJournal(checks);
}

function checkExposure({ engine, watch, instruments, leastOrder }: FinalChecks, base: string): void {
  const truth = watch.exposure(base), told = engine.exposure(base);
  const scale = Math.max(
    1,
    ...[...watch.flows].filter(([key]) => key.endsWith(` ${base}`)).map(([, amount]) => Math.abs(amount)),
  );
  if (!(Math.abs(truth - told) <= tolerance * scale)) {
    throw new Violation(`Exposure of ${truth} ${base}, told ${told}`);
  }
  if (!(Math.abs(truth) <= leastOrder(base))) throw new Violation(`${truth} ${base} are left unhedged`);
  const contract = instruments.all.find(({ market, base: coin }) => market === "perpetual" && coin === base);
  if (contract === undefined) return;
  const position = watch.position(base), toldPosition = engine.position(contract);
  if (!(Math.abs(position - toldPosition) <= tolerance * Math.max(1, Math.abs(position)))) {
    throw new Violation(`Position of ${position} ${base}, told ${toldPosition}`);
  }
}

/** Who says what has come and gone, and what its contracts would bring. */
type Books = Pick<EngineUnderTest, "flows" | "unrealised">;

function checkFlows({ watch, trace, instruments, price }: FinalChecks, books: Books, source: string): void {
  const flows = watch.flows;
  const told = new Map(books.flows().map(({ exchange, coin, amount }) => [`${exchange} ${coin}`, amount]));
  trace.add(() => `FLOWS truth ${JSON.stringify([...flows])} ${source} ${JSON.stringify([...told])}`);
  // Fills of an order that turns a position around are told in any order, and which of them closed it is a matter of that
  // order; what it has brought and what is open are the same together.
  const theirs = instruments.all.filter(({ market }) => market === "perpetual")
    .reduce((sum, instrument) => sum + watch.unrealised(instrument, price(instrument.base)), 0);
  const open = books.unrealised(({ base }) => price(base));
  for (const key of new Set([...told.keys(), ...flows.keys()])) {
    const isFutures = exchangeByKey(key.split(" ")[0]!).market === "perpetual";
    const truth = (flows.get(key) ?? 0) + (isFutures ? theirs : 0);
    const amount = (told.get(key) ?? 0) + (isFutures ? open : 0);
    if (!(Math.abs(truth - amount) <= 1e-6 * Math.max(1, Math.abs(truth)))) {
      throw new Violation(`${key} has changed by ${truth}, ${source} ${amount}`);
    }
  }
}

/** Money that came and went, and what is held at one price, against what the engine says it has earned. */
function checkProfit({ engine, watch, instruments, price }: FinalChecks): void {
  let truth = 0;
  for (const [key, amount] of watch.flows) {
    const [exchange, coin] = key.split(" ") as [string, string];
    truth += coin === "USDT" ? amount : exchangeByKey(exchange).market === "spot" ? amount * price(coin) : 0;
  }
  for (const { key } of exchanges.filter(({ market }) => market === "perpetual")) {
    for (const instrument of instruments.ofExchange(key)) {
      truth += watch.unrealised(instrument, price(instrument.base));
    }
  }
  const told = engine.profit(({ base }) => price(base));
  if (!(Math.abs(truth - told) < cent / 2)) throw new Violation(`Profit of ${truth} USDT, told ${told}`);
}

/** What a next process would take up: the same amounts, and nothing that has not ended. */
function checkJournal(checks: FinalChecks): void {
  const { instruments, bytes } = checks;
  const state = journalAt(bytes);
  const ledger = new Ledger();
  const { open, interrupted } = takeUp({
    state,
    tracker: new OrderTracker({ clock: { epochMs: () => 0 }, onIllegal: (): void => {} }),
    ledger,
    holdings: { restore: () => [] },
    instruments,
    restoreStop: (): void => {},
  });
  if (open.length > 0) {
    throw new Violation(`Order ${open[0]!.request.clientOrderId} has no end in the journal`);
  }
  if (interrupted.length > 0) {
    throw new Violation(`Execution ${interrupted[0]!.facts.execution} has no end in the journal`);
  }
  const books: Books = {
    flows: () => ledger.flows(),
    unrealised: (price) =>
      ledger.unrealisedPnl((instrument) => instrument.market === "spot" ? NaN : price(instrument)),
  };
  checkFlows(checks, books, "written");
}
