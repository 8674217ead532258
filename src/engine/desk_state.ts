/**
 * How trading stands, for those who show it.
 * @module
 */
import type { InstrumentTable } from "../core/instrument.ts";
import type { SequencedJournal } from "../execution/journal/sequenced_journal.ts";
import type { OpenBreaker, TradingState } from "../telemetry/trading_figures.ts";
import type { TradingParts } from "./trading_parts.ts";

/** Reads the desk of a run whenever it is asked. */
export class DeskState implements TradingState {
  readonly #firstSequence: number;

  constructor(
    private readonly parts: TradingParts,
    private readonly instruments: InstrumentTable,
    private readonly journal: SequencedJournal,
  ) {
    this.#firstSequence = journal.lastSequence;
  }

  get openOrders(): number {
    return this.parts.desk.tracker.open.filter(({ isFinal }) => !isFinal).length;
  }

  get unresolvedOrders(): number {
    return this.parts.desk.tracker.open.filter(({ state }) => state === "unknown").length;
  }

  get openExecutions(): number {
    return this.parts.desk.risk.openExecutions;
  }

  get exposures(): ReadonlyMap<string, number> {
    return this.#values((quantity, leastOrder) => Math.abs(quantity) >= leastOrder);
  }

  get residues(): ReadonlyMap<string, number> {
    return this.#values((quantity, leastOrder) => Math.abs(quantity) < leastOrder);
  }

  get breakers(): readonly OpenBreaker[] {
    return this.parts.risk.breakers.tripped;
  }

  get isKilled(): boolean {
    return this.parts.kill.isEngaged;
  }

  get stops(): ReadonlyMap<string, string> {
    return this.parts.desk.stops;
  }

  get journalAppends(): number {
    return this.journal.lastSequence - this.#firstSequence;
  }

  #values(isWanted: (quantity: number, leastOrder: number) => boolean): ReadonlyMap<string, number> {
    const { desk } = this.parts;
    const values = new Map(this.instruments.all.map(({ base }) => [base, 0]));
    for (const { base, quantity, leastOrder } of desk.residues()) {
      const instrument = this.instruments.all.find((each) => each.base === base)!;
      if (!isWanted(quantity, leastOrder)) continue;
      // Without a price it is not nothing; its value is not known.
      values.set(base, Math.abs(quantity) * desk.risk.fairPrice(instrument));
    }
    return values;
  }
}
