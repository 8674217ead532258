/**
 * From a venue's symbol to an instrument, without making a string.
 * @module
 */
import type { Instrument, InstrumentId } from "../core/instrument.ts";

/** What {@link SymbolIndex} answers for a symbol that is not in it. */
export const unknownInstrument = -1;

/** A hash table over the characters of symbols (FNV-1a, open addressing, never more than half full). */
export class SymbolIndex {
  readonly #mask: number;
  readonly #symbols: (string | undefined)[];
  readonly #ids: Int32Array;

  /** @param instruments The instruments of one venue. */
  constructor(instruments: readonly Instrument[]) {
    let size = 16;
    while (size < instruments.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#symbols = new Array<string | undefined>(size).fill(undefined);
    this.#ids = new Int32Array(size);
    for (const instrument of instruments) this.#add(instrument.exchangeSymbol, instrument.id);
  }

  /** The instrument of the symbol in these bytes, or {@link unknownInstrument}. */
  find(bytes: Uint8Array, start: number, end: number): InstrumentId | typeof unknownInstrument {
    let hash = offsetBasis;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, prime);
    for (let slot = hash & this.#mask;; slot = (slot + 1) & this.#mask) {
      const symbol = this.#symbols[slot];
      if (symbol === undefined) return unknownInstrument;
      if (symbol.length !== end - start) continue;
      let i = 0;
      while (i < symbol.length && symbol.charCodeAt(i) === bytes[start + i]) i += 1;
      if (i === symbol.length) return this.#ids[slot] as InstrumentId;
    }
  }

  #add(symbol: string, id: InstrumentId): void {
    let hash = offsetBasis;
    for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol.charCodeAt(i), prime);
    let slot = hash & this.#mask;
    while (this.#symbols[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#symbols[slot] = symbol;
    this.#ids[slot] = id;
  }
}

const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;
