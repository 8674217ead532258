/**
 * What must hold when everything is over.
 * @module
 */
import { exchangeByKey, exchanges } from "../../../src/core/exchange.ts";
import type { InstrumentTable } from "../../../src/core/instrument.ts";
import { MemoryJournal } from "../../../src/execution/journal/memory_journal.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { OrderTracker } from "../../../src/execution/order_tracker.ts";
import { takeUp } from "../../../src/execution/recovery_memory.ts";
import type { EngineUnderTest } from "./engine_under_test.ts";
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
  checkFlows(checks, checks.engine.flows(), "told");
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

type Flows = ReturnType<EngineUnderTest["flows"]>;

function checkFlows({ watch, trace }: FinalChecks, flows: Flows, source: string): void {
  const told = new Map(flows.map(({ exchange, coin, amount }) => [`${exchange} ${coin}`, amount]));
  trace.add(() => `FLOWS truth ${JSON.stringify([...watch.flows])} ${source} ${JSON.stringify([...told])}`);
  for (const key of new Set([...told.keys(), ...watch.flows.keys()])) {
    const truth = watch.flows.get(key) ?? 0, amount = told.get(key) ?? 0;
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
  const { state } = MemoryJournal.open({ clock: { epochMs: () => 0 }, id: "episode", bytes });
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
  checkFlows(checks, ledger.flows(), "written");
}
