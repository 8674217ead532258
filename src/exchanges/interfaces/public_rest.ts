/**
 * What a venue's public REST client does.
 * @module
 */
import type { DepthUpdate } from "../../core/depth_update.ts";
import type { Instrument, InstrumentSpec } from "../../core/instrument.ts";

/** A pair of coins as people write it. */
export interface AssetPair {
  /** Base coin, upper case. */
  readonly base: string;
  /** Quote coin, upper case. */
  readonly quote: string;
}

/** Requests for public data of one venue. Errors are those of `RestClient.get`. */
export interface PublicRest {
  /** The venue's rules for these pairs; pairs that it does not list are left out. */
  fetchInstruments(pairs: readonly AssetPair[]): Promise<InstrumentSpec[]>;
  /** A snapshot of a book of at least `depth` levels a side (or all there are), as a full update. */
  fetchDepth(instrument: Instrument, depth: number): Promise<DepthUpdate>;
}
