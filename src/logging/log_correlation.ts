/**
 * What the records being written belong to.
 * @module
 */
import type { RecordSource } from "./record_source.ts";

/** Sets the correlation id of records for a block: `using _ = logger.correlate(opportunity.id)`. Blocks may nest. */
export class LogCorrelation implements Disposable {
  readonly #source: RecordSource;
  readonly #outer: number[] = [];

  constructor(source: RecordSource) {
    this.#source = source;
  }

  /** Records belong to this id until the block ends. */
  begin(id: number): this {
    this.#outer.push(this.#source.correlation);
    this.#source.correlation = id;
    return this;
  }

  [Symbol.dispose](): void {
    this.#source.correlation = this.#outer.pop() ?? 0;
  }
}
