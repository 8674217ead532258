/**
 * Recorded Gate.io spot sessions: one JSON object per line, REST bodies and frames with their times.
 * @module
 */
import { DataFileError, errorMessage } from "../../core/errors.ts";

/** A pushed frame as it was received. */
export interface CaptureFrame {
  /** Number of the frame among the pushed frames of the file, from 0. */
  readonly index: number;
  /** Milliseconds between the recorded connect and the frame. */
  readonly offsetMs: number;
  readonly channel: string;
  /** What the subscription names: a pair, or `<interval>_<pair>` for candlesticks. */
  readonly subject: string;
  /** The frame, verbatim. */
  readonly text: string;
  /** The change of a book, for `spot.order_book_update`. */
  readonly update: CaptureUpdate | undefined;
  /** The trade, for `spot.trades`. */
  readonly trade: CaptureTrade | undefined;
}

/** A recorded trade. */
export interface CaptureTrade {
  /** What the taker did. */
  readonly side: "buy" | "sell";
  readonly amount: string;
  readonly price: string;
}

/** A level as recorded: texts of price and size; size 0 deletes. */
export type CaptureLevel = readonly [price: string, size: string];

/** The part of a depth frame that a book needs. */
export interface CaptureUpdate {
  /** First id of the frame. */
  readonly U: number;
  /** Last id of the frame. */
  readonly u: number;
  /** Absent when the side did not change. */
  readonly b?: readonly CaptureLevel[];
  readonly a?: readonly CaptureLevel[];
}

/** A recorded `/spot/order_book` answer. */
export interface CaptureSnapshot {
  /** Milliseconds between the recorded connect and the answer. */
  readonly offsetMs: number;
  readonly pair: string;
  readonly id: number;
  readonly asks: readonly CaptureLevel[];
  readonly bids: readonly CaptureLevel[];
}

/** One session in the order of its times. */
export interface Capture {
  /** The recorded `/spot/currency_pairs` body. */
  readonly pairs: readonly { readonly id: string }[];
  readonly snapshots: readonly CaptureSnapshot[];
  readonly frames: readonly CaptureFrame[];
  /** Interval of the recorded depth subscription by pair, such as `100ms`. */
  readonly depthIntervals: ReadonlyMap<string, string>;
}

interface Line {
  readonly t: string;
  /** Epoch seconds. */
  readonly ts: number;
  readonly url?: string;
  readonly data?: string;
}

interface Push {
  readonly channel: string;
  readonly event: string;
  readonly payload?: readonly string[];
  readonly result: CaptureUpdate & CaptureTrade & {
    readonly s?: string;
    readonly currency_pair?: string;
    readonly n?: string;
  };
}

/**
 * Reads a recorded session.
 *
 * @throws {DataFileError} when the file cannot be read or is not such a recording.
 */
export async function readCapture(path: string | URL): Promise<Capture> {
  try {
    const text = await Deno.readTextFile(path);
    return parseCapture(text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)));
  } catch (error) {
    throw new DataFileError(
      `Cannot read the capture ${path}: ${errorMessage(error)}; it must be a JSONL recording of Gate.io spot`,
    );
  }
}

function parseCapture(lines: readonly Line[]): Capture {
  const connect = lines.find((line) => line.t === "connect");
  const pairs = lines.find((line) => line.url?.endsWith("/spot/currency_pairs"));
  if (connect === undefined || pairs?.data === undefined) {
    throw new Error("it holds no connect line or no currency_pairs body");
  }
  const offset = (line: Line): number => (line.ts - connect.ts) * 1000;
  return {
    pairs: JSON.parse(pairs.data),
    snapshots: lines.filter((line) => line.url?.includes("/spot/order_book?")).map((line) =>
      parseSnapshot(line, offset(line))
    ),
    frames: parseFrames(lines, offset),
    depthIntervals: parseIntervals(lines),
  };
}

function parseSnapshot(line: Line, offsetMs: number): CaptureSnapshot {
  const pair = new URL(line.url!).searchParams.get("currency_pair") ?? "";
  const { id, asks, bids } = JSON.parse(line.data!);
  return { offsetMs, pair, id, asks, bids };
}

function parseFrames(lines: readonly Line[], offset: (line: Line) => number): CaptureFrame[] {
  const frames: CaptureFrame[] = [];
  for (const line of lines) {
    if (line.t !== "recv" || line.data === undefined) continue;
    const { channel, event, result } = JSON.parse(line.data) as Push;
    if (event !== "update") continue;
    frames.push({
      index: frames.length,
      offsetMs: offset(line),
      channel,
      subject: result.s ?? result.currency_pair ?? result.n ?? "",
      text: line.data,
      update: channel === "spot.order_book_update" ? result : undefined,
      trade: channel === "spot.trades" ? result : undefined,
    });
  }
  return frames;
}

function parseIntervals(lines: readonly Line[]): Map<string, string> {
  const intervals = new Map<string, string>();
  for (const line of lines) {
    if (line.t !== "send" || line.data === undefined) continue;
    const { channel, payload = [] } = JSON.parse(line.data) as Push;
    const [pair, interval] = payload;
    if (channel !== "spot.order_book_update" || pair === undefined || interval === undefined) continue;
    intervals.set(pair, interval);
  }
  return intervals;
}
