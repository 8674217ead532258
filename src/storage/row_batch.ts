/**
 * Batches of rows, column after column, so that they can be handed to a worker without copying the numbers.
 * @module
 */
import { type Table, type TableName, tableNames } from "./table.ts";

/** Rows of one table on their way to the database. */
export interface RowBatch {
  /** 1, 2, 3, … within a run, over all tables: identifies the batch when it is sent again. */
  readonly sequence: number;
  readonly table: TableName;
  readonly rows: number;
  /** Distance between two columns in {@link RowBatch.numbers}; at least `rows`. */
  readonly capacity: number;
  /** The number columns of the table, one after the other. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** The text columns of the table, each with one text per row. */
  readonly texts: readonly (readonly string[])[];
}

/** Collects rows of one table. Appending neither waits nor allocates, except for the next batch. */
export class BatchBuilder<Row> {
  /** Place of the table in {@link tableNames}. */
  readonly index: number;
  readonly #table: Table<Row>;
  readonly #capacity: number;
  #numbers: Float64Array<ArrayBuffer> | undefined;
  #texts: string[][] = [];
  #rows = 0;

  /** @param capacity Rows of a full batch. */
  constructor(table: Table<Row>, capacity: number) {
    this.index = tableNames.indexOf(table.name);
    this.#table = table;
    this.#capacity = capacity;
  }

  /** The table of the rows. */
  get table(): TableName {
    return this.#table.name;
  }

  /** Number of rows that wait in it. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds a row and returns whether the batch is full now. */
  append(row: Row): boolean {
    const numbers = this.#numbers ?? this.#start();
    const { fill } = this.#table;
    if (fill === undefined) this.#fillByColumn(numbers, row);
    else fill(numbers, this.#rows, this.#capacity, row);
    const texts = this.#table.texts;
    for (let column = 0; column < texts.length; column++) {
      this.#texts[column]!.push(texts[column]!.of(row));
    }
    this.#rows += 1;
    return this.#rows === this.#capacity;
  }

  /** Hands out the rows, if there are any, and starts anew. */
  take(sequence: number): RowBatch | undefined {
    const numbers = this.#numbers;
    if (numbers === undefined) return undefined;
    const batch: RowBatch = {
      sequence,
      table: this.#table.name,
      rows: this.#rows,
      capacity: this.#capacity,
      numbers,
      texts: this.#texts,
    };
    this.#numbers = undefined;
    this.#rows = 0;
    return batch;
  }

  #fillByColumn(numbers: Float64Array, row: Row): void {
    const columns = this.#table.numbers;
    let index = this.#rows;
    for (let column = 0; column < columns.length; column++) {
      numbers[index] = columns[column]!.of(row);
      index += this.#capacity;
    }
  }

  #start(): Float64Array<ArrayBuffer> {
    const numbers = new Float64Array(this.#capacity * this.#table.numbers.length);
    this.#numbers = numbers;
    this.#texts = this.#table.texts.map(() => []);
    return numbers;
  }
}
