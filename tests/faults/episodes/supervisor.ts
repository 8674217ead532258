/**
 * Starts processes of the engine, one after the other on the same journal.
 * @module
 */
import { CexarbError, errorMessage } from "../../../src/core/errors.ts";
import type { Instrument, InstrumentTable } from "../../../src/core/instrument.ts";
import type { HttpRequest } from "../../../src/core/network.ts";
import type { SeededRandom } from "../../../src/core/random.ts";
import type { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import type { JournalState } from "../../../src/execution/journal/journal_state.ts";
import { MemoryJournal } from "../../../src/execution/journal/memory_journal.ts";
import type { OrderBook } from "../../../src/market/order_book.ts";
import type { MarketInstrument } from "../../../src/simulator/market/market_instrument.ts";
import type { Simulator } from "../../../src/simulator/mod.ts";
import { Crash, EngineLife, placesOrder } from "./engine_life.ts";
import type { CrashPlan, EpisodePlan } from "./episode_plan.ts";
import type { EpisodeTrace } from "./episode_trace.ts";
import type { EngineUnderTest, StartEngine } from "./engine_under_test.ts";
import { LiveBooks } from "./live_books.ts";
import { MortalJournal } from "./mortal_journal.ts";
import type { WrittenOrders } from "./written_orders.ts";

/** What a {@link Supervisor} takes. */
export interface SupervisorOptions {
  readonly clock: SimulatedClock;
  readonly simulator: Simulator;
  readonly instruments: InstrumentTable;
  readonly market: readonly MarketInstrument[];
  readonly plan: EpisodePlan;
  readonly trace: EpisodeTrace;
  readonly written: WrittenOrders;
  readonly random: SeededRandom;
  readonly start: StartEngine;
  /** Something that must never be. */
  fail(what: string): void;
}

const namePattern = /cx[0-9a-z]{1,8}-[0-9a-z]{1,9}-[0-9a-z]{1,4}/;
/** Time that a process has to end in order, milliseconds. */
const finishMs = 2_000;
/** Wait before a process that could not begin is started again, milliseconds. */
const restartMs = 1_000;

interface Process {
  readonly life: EngineLife;
  readonly books: LiveBooks;
  journal: MortalJournal | undefined;
  engine: EngineUnderTest | undefined;
  /** Why it could not begin. */
  failure: string | undefined;
  /** Whether it was asked to end. */
  isEnding: boolean;
}

/** Sees to it that there is a process, until the last one of the plan. */
export class Supervisor {
  /** Processes that have died. */
  crashes = 0;
  readonly #options: SupervisorOptions;
  #process: Process | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #generation = 0;
  #mayCrash = true;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** The process if it is alive and has begun. */
  get engine(): EngineUnderTest | undefined {
    return this.#process?.life.death === undefined ? this.#process?.engine : undefined;
  }

  /** Whether the process that runs is not planned to die. */
  get isLast(): boolean {
    return this.#process?.life.death === undefined && this.#process?.isEnding === false;
  }

  /** What a next process would find. */
  get bytes(): Uint8Array {
    return this.#process?.journal?.bytes ?? this.#bytes;
  }

  /** Starts the first process. */
  startFirst(): void {
    this.#start();
  }

  /** From now on no process dies. */
  endCrashes(): void {
    this.#mayCrash = false;
    if (this.#process !== undefined) this.#process.life.isMortal = false;
  }

  /** Whether promises may be waiting to run; asks once. */
  isStirred(): boolean {
    const life = this.#process?.life;
    if (life === undefined || !life.isStirred) return false;
    life.isStirred = false;
    return true;
  }

  /** Lets the process act, if there is one. */
  act(part: (engine: EngineUnderTest, book: (instrument: Instrument) => OrderBook) => void): void {
    const { engine } = this;
    if (engine === undefined) return;
    const { life, books } = this.#process!;
    life.run(() => part(engine, (instrument) => books.get(instrument)));
  }

  /** Buries a process that has died and has the next one started. */
  look(): void {
    const process = this.#process;
    if (process === undefined) return;
    const { life, failure } = process;
    if (life.death === undefined && failure !== undefined) {
      life.die(`could not begin: ${failure}`);
      this.#bury(process, restartMs);
    } else if (life.death !== undefined) {
      const plan = this.#options.plan.crashes[this.crashes];
      this.crashes += 1;
      this.#bury(process, plan?.downMs ?? restartMs);
    }
  }

  /** Ends the process for good. */
  end(): void {
    this.#process?.life.die("the end");
    this.#process?.books.stop();
    this.#process = undefined;
    this.#generation += 1;
  }

  /** An order must be in the bytes of the journal when it leaves, not only when it arrives. */
  #onRequest(request: HttpRequest): void {
    const { trace, written, fail } = this.#options;
    const { method, url, body = "" } = request;
    trace.add(() => `    ${method} ${url.replace(/^.*?simulated/, "")} ${body}`);
    if (!placesOrder(request)) return;
    const id = namePattern.exec(url + body)?.[0];
    if (id === undefined || !written.has(id)) fail(`Order ${id} leaves and is not in the journal`);
  }

  /** Asks it to end, and ends it when it has, or does not. */
  #ask(process: Process): void {
    const { clock, trace } = this.#options;
    trace.add(() => "ASKED to end");
    const { life, engine } = process;
    process.isEnding = true;
    life.run(() => {
      engine!.finish(finishMs).then(
        (isDone) => this.#kill(process, `on demand, ${isDone ? "in order" : "with something under way"}`),
        (error) => this.#options.fail(`A process could not end: ${error?.stack ?? error}`),
      );
    });
    clock.setTimer(3 * finishMs, () => this.#kill(process, "on demand, too late"));
  }

  #kill({ life }: Process, why: string): void {
    if (life.death !== undefined) return;
    life.die(why);
    life.isStirred = true;
  }

  #bury({ books, life, journal }: Process, downMs: number): void {
    const { trace, clock } = this.#options;
    trace.add(() => `CRASH ${life.death}, back in ${downMs} ms`);
    books.stop();
    this.#process = undefined;
    if (journal !== undefined) this.#bytes = journal.bytes;
    const generation = ++this.#generation;
    clock.setTimer(downMs, () => {
      if (generation === this.#generation) this.#start();
    });
  }

  #start(): void {
    const { clock, simulator, instruments, market, plan, trace, written, random, start } = this.#options;
    const crash: Partial<CrashPlan> = this.#mayCrash ? plan.crashes[this.crashes] ?? {} : {};
    const generation = ++this.#generation;
    const life = new EngineLife({ clock, network: simulator }, crash, {
      onRequest: (request) => this.#onRequest(request),
    });
    const process: Process = {
      life,
      books: new LiveBooks({
        life,
        clock,
        instruments,
        market,
        script: simulator.script,
        random: random.fork(`books ${generation}`),
        lagMs: plan.bookLagMs,
        onBook: (instrument) => process.engine?.onBook(instrument),
      }),
      journal: undefined,
      engine: undefined,
      failure: undefined,
      isEnding: false,
    };
    this.#process = process;
    written.begin(journalAt(this.#bytes));
    trace.add(() => `START ${JSON.stringify(crash)}`);
    if (crash.afterMs !== undefined) {
      clock.setTimer(crash.afterMs, () => {
        if (!this.#mayCrash || this.#process !== process) return;
        if (crash.isAsked === true && process.engine !== undefined) this.#ask(process);
        else this.#kill(process, "between two steps");
      });
    }
    const started = start({
      life,
      instruments,
      endpoints: simulator.localEndpoints,
      random: random.fork(`engine ${generation}`),
      logger: trace.logger("engine"),
      limits: plan.limits,
      bytes: this.#bytes,
      book: (instrument) => process.books.get(instrument),
      journal: (journal) =>
        process.journal = new MortalJournal(journal, life, crash, (event) => written.take(event)),
      venue: (venue) => venue,
    });
    started.then((engine) => {
      process.engine = engine;
      trace.add(() => "READY");
    }, (error) => {
      if (error instanceof Crash) return;
      if (error instanceof CexarbError) process.failure = errorMessage(error);
      else this.#options.fail(`A process could not begin: ${error?.stack ?? error}`);
    });
  }
}

/** What bytes of a journal say. */
export function journalAt(bytes: Uint8Array): JournalState {
  return MemoryJournal.open({ clock: { epochMs: () => 0 }, id: "episode", bytes }).state;
}
