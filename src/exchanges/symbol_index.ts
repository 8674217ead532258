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
  readonly #symbols: (Uint8Array | undefined)[];
  readonly #ids: Int32Array;

  /** @param instruments The instruments of one venue. */
  constructor(instruments: readonly Instrument[]) {
    let size = 16;
    while (size < instruments.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#symbols = new Array<Uint8Array | undefined>(size).fill(undefined);
    this.#ids = new Int32Array(size);
    // Some venues list symbols beyond ASCII: what comes over the wire is UTF-8.
    for (const { exchangeSymbol, id } of instruments) this.#add(encoder.encode(exchangeSymbol), id);
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
      while (i < symbol.length && symbol[i] === bytes[start + i]) i += 1;
      if (i === symbol.length) return this.#ids[slot] as InstrumentId;
    }
  }

  /** As {@link SymbolIndex.find} for a text: for messages that come rarely. */
  findText(symbol: string): InstrumentId | typeof unknownInstrument {
    const bytes = encoder.encode(symbol);
    return this.find(bytes, 0, bytes.length);
  }

  #add(symbol: Uint8Array, id: InstrumentId): void {
    let hash = offsetBasis;
    for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol[i]!, prime);
    let slot = hash & this.#mask;
    while (this.#symbols[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#symbols[slot] = symbol;
    this.#ids[slot] = id;
  }
}

const encoder = new TextEncoder();
const offsetBasis = 0x811c9dc5 | 0;
const prime = 0x01000193;
