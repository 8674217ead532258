/**
 * `cexarb replay --capture`: a recorded session goes through feed, codec and books as it did when it was live.
 * @module
 */
import type { HftConfig } from "../config/hft_config.ts";
import { SimulatedClock } from "../core/simulated_clock.ts";
import type { Engine } from "../engine/engine.ts";
import { CaptureSource, Simulator } from "../simulator/mod.ts";
import { pairsOf } from "./demo_market.ts";
import { errorLogger, writeError } from "./output.ts";
import { ProgressBar } from "./progress_bar.ts";
import { runOnSimulatedClock } from "./session.ts";
import { finish } from "./summary.ts";

/** One book at the end of a capture. */
interface BookState {
  readonly symbol: string;
  readonly usable: boolean;
  /** Last update id that is in the book. */
  readonly version: number;
  /** Levels a side, and the best prices; null on an empty side. */
  readonly bids: number;
  readonly asks: number;
  readonly bestBid: number | null;
  readonly bestAsk: number | null;
  /** Breaks of the stream of this book, and times that it came back. */
  readonly gaps: number;
  readonly resyncs: number;
}

/** Start of simulated time. */
const simulatedStart = Date.UTC(2026, 0, 1);
/** Time after the last frame in which a book that is being resynchronised can finish, milliseconds. */
const graceMs = 5_000;

/**
 * Replays a recorded Gate.io spot session on simulated time.
 *
 * @throws {DataFileError} when the file cannot be read or is no such recording.
 */
export async function replayCapture(path: string, settings: HftConfig, json: boolean): Promise<void> {
  const source = await CaptureSource.load(path);
  if (source.holesInFile > 0) {
    writeError(`${path} lacks ${source.holesInFile} updates: snapshots after a hole are merged without them`);
  }
  const clock = new SimulatedClock(simulatedStart);
  const simulator = Simulator.create({ clock, seed: settings.seed, source });
  const bar = new ProgressBar("replay");
  try {
    const parts = { config: captureConfig(settings, simulator, source), clock, network: simulator };
    const durationMs = source.durationMs + graceMs;
    let states: BookState[] = [];
    const report = await runOnSimulatedClock(
      { ...parts, mode: "replay", logger: errorLogger("error") },
      simulator,
      durationMs,
      {
        onProgress: (share) => bar.update(share),
        onEnd: (engine) => states = bookStates(engine),
      },
    );
    bar.update(1);
    bar.finish();
    finish({ ...report, capture: path, holesInFile: source.holesInFile, bookStates: states }, json);
  } finally {
    bar.finish();
    await simulator.stop();
  }
}

function captureConfig(settings: HftConfig, simulator: Simulator, source: CaptureSource): HftConfig {
  const exchange = "GATEIO_SPOT";
  return {
    ...settings,
    pairs: pairsOf(source.pairs),
    exchanges: [{
      exchange,
      endpoints: simulator.localEndpoints[exchange],
      bookSpeed: "normal",
      bookStream: "update",
    }],
  };
}

function bookStates(engine: Engine): BookState[] {
  return engine.instruments.all.map(({ id, exchangeSymbol, exchange }) => {
    const composite = engine.composites.find((each) => each.exchange === exchange)!;
    const book = composite.book(id)!;
    return {
      symbol: exchangeSymbol,
      usable: book.usable,
      version: book.version,
      bids: book.bids.length,
      asks: book.asks.length,
      bestBid: numberOrNull(book.bids.bestPrice),
      bestAsk: numberOrNull(book.asks.bestPrice),
      ...composite.countsOf(id),
    };
  });
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
