/**
 * A recorded Gate.io spot session as a market in which others trade.
 * @module
 */
import { DecimalStep } from "../../core/decimal_step.ts";
import type { Side } from "../market/book_side.ts";
import { listInstrument } from "../market/listing.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { MarketSource, OpenMarket, SourceContext } from "../market/market_source.ts";
import { MarketUpkeep } from "../market/market_upkeep.ts";
import { Playback } from "../market/playback.ts";
import {
  type Capture,
  type CaptureFrame,
  type CaptureLevel,
  type CaptureSnapshot,
  type CaptureTrade,
  type CaptureUpdate,
  readCapture,
} from "./capture_file.ts";

/** Most lots that a level may have: far under what doubles hold exactly, so that levels can be added up. */
const maxLots = 1e13;

/** How a recording is played. */
export interface DrivenCaptureOptions {
  /** Recorded seconds per second. Default 1. */
  readonly speed?: number;
}

/**
 * Lets a recording move the books instead of playing its frames verbatim as {@link CaptureSource} does: recorded
 * levels are the crowd's, recorded trades are its takers, and users' orders match among them. Books begin as the
 * recorded snapshots, at once; ids and frames are the simulator's own. The other venues list nothing.
 */
export class DrivenCapture implements MarketSource {
  readonly #capture: Capture;
  readonly #speed: number;

  private constructor(capture: Capture, { speed = 1 }: DrivenCaptureOptions) {
    this.#capture = capture;
    this.#speed = speed;
  }

  /**
   * Reads a recording.
   *
   * @throws {DataFileError} when the file cannot be read or is not such a recording.
   */
  static async load(path: string | URL, options: DrivenCaptureOptions = {}): Promise<DrivenCapture> {
    return new DrivenCapture(await readCapture(path), options);
  }

  open(context: SourceContext): OpenMarket {
    const instruments = new Map(
      this.#capture.snapshots.map((snapshot) => [snapshot.pair, this.#list(snapshot, context)]),
    );
    const firstIds = new Map(this.#capture.snapshots.map(({ pair, id }) => [pair, id]));
    const scenes = this.#capture.frames.flatMap((frame) => {
      const instrument = instruments.get(frame.subject);
      // What the snapshot holds already is not played again.
      const known = (frame.update?.u ?? Infinity) <= (firstIds.get(frame.subject) ?? 0);
      if (instrument === undefined || known) return [];
      return [{
        atMs: frame.offsetMs / this.#speed,
        play: (): void => play(instrument, frame, Math.floor(context.clock.epochMs())),
      }];
    });
    const playback = new Playback(context.clock, scenes.values());
    const upkeep = new MarketUpkeep(context, [...instruments.values()]);
    return {
      instruments: [...instruments.values()],
      start: (): void => {
        playback.start();
        upkeep.start();
      },
      stop: (): void => {
        playback.stop();
        upkeep.stop();
      },
    };
  }

  #list({ pair, bids, asks }: CaptureSnapshot, { clock, random }: SourceContext): MarketInstrument {
    const [base = "", quote = ""] = pair.split("_");
    const updates = this.#capture.frames.flatMap(({ subject, update }) =>
      subject === pair && update !== undefined ? [update] : []
    );
    const levels = [bids, asks, ...updates.flatMap(({ b = [], a = [] }) => [b, a])].flat();
    const openedMs = Math.floor(clock.epochMs());
    const instrument = listInstrument({
      exchange: "GATEIO_SPOT",
      base,
      quote,
      tick: DecimalStep.ofDecimals(mostDecimals(levels.map(([price]) => price))).format(1),
      lot: lotOf(levels.map(([, size]) => size)).format(1),
      contractSize: "1",
      price: Number(bids[0]?.[0] ?? asks[0]?.[0] ?? 1),
      openedMs,
    }, random.fork(pair));
    change(instrument, { U: 0, u: 0, b: bids, a: asks }, openedMs);
    instrument.commit(openedMs);
    return instrument;
  }
}

function play(instrument: MarketInstrument, frame: CaptureFrame, nowMs: number): void {
  const { listing } = instrument;
  if (!listing.open || listing.frozen) return;
  if (frame.update !== undefined) change(instrument, frame.update, nowMs);
  if (frame.trade !== undefined) trade(instrument, frame.trade, nowMs);
  instrument.commit(nowMs);
}

function change(instrument: MarketInstrument, { b = [], a = [] }: CaptureUpdate, nowMs: number): void {
  const { tick, lot } = instrument.spec;
  const set = (side: Side, levels: readonly CaptureLevel[], deletions: boolean): void => {
    for (const [price, size] of levels) {
      const lots = Number(size) === 0 ? 0 : Math.max(1, lot.nearest(Number(size)));
      if ((lots === 0) === deletions) instrument.quote(side, tick.nearest(Number(price)), lots, nowMs);
    }
  };
  // Room is made on both sides before anything is quoted, so nothing crosses on the way.
  set("bid", b, true);
  set("ask", a, true);
  set("bid", b, false);
  set("ask", a, false);
}

/** A recorded taker takes what stands there now, users' orders included. */
function trade(instrument: MarketInstrument, { side, amount, price }: CaptureTrade, nowMs: number): void {
  const { tick, lot } = instrument.spec;
  const lots = lot.nearest(Number(amount));
  if (lots > 0) instrument.take(side === "buy" ? "bid" : "ask", tick.nearest(Number(price)), lots, nowMs);
}

/** The step of recorded sizes: as fine as they are, but not finer than doubles can count the largest one in. */
function lotOf(sizes: readonly string[]): DecimalStep {
  const largest = Math.max(1, ...sizes.map(Number));
  const countable = Math.floor(Math.log10(maxLots / largest));
  return DecimalStep.ofDecimals(Math.max(0, Math.min(countable, mostDecimals(sizes))));
}

/** Decimals that the texts need, without superfluous zeros. */
function mostDecimals(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => (text.split(".")[1] ?? "").replace(/0+$/, "").length));
}
