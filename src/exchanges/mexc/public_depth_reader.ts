/**
 * Reads MEXC's book changes in place.
 * @module
 */
import { DepthUpdate, type LevelColumns } from "../../core/depth_update.ts";
import { ProtocolError } from "../../core/errors.ts";
import type { ProtobufReader } from "./protobuf_reader.ts";
import { readUsualLevels } from "./usual_levels.ts";
import { readDecimalField, readVersion, versionOf } from "./wire_numbers.ts";

/** Tags of the levels in all depth messages. */
const asksTag = 0x0a;
const bidsTag = 0x12;
/** Tags of the versions: `fromVersion` or the only one, and `toVersion`. */
const firstVersionTag = 0x22;
const lastVersionTag = 0x2a;
/** Tag of an item in a batch. */
const itemTag = 0x0a;

/**
 * How a message states versions: the first and last that it covers (`range`), the one that it leads to (`single`), or
 * the one of the whole book that it is (`snapshot`).
 */
export type MexcVersions = "range" | "single" | "snapshot";

/** Keeps one struct and reads into it. */
export class MexcDepthReader {
  readonly depth: DepthUpdate = new DepthUpdate();
  readonly #reader: ProtobufReader;
  /** Price and quantity of a level that is not as usual. */
  readonly #level = new Float64Array(2);

  /** @param reader Holds the frame that is read. */
  constructor(reader: ProtobufReader) {
    this.#reader = reader;
  }

  /**
   * `PublicIncreaseDepthsBatchV3Api`: 1 items, each leading from one version to the next. Sizes are absolute, so all
   * of them together are one change. Returns whether there is any.
   */
  readBatch(bytes: Uint8Array, start: number, end: number): boolean {
    const { depth } = this;
    const reader = this.#reader;
    let first = 0;
    let last = 0;
    for (reader.position = start; reader.position < end;) {
      const tag = reader.tag(end);
      if (tag !== itemTag) {
        reader.skip(tag, end);
        continue;
      }
      reader.slice(end);
      const next = reader.end;
      depth.firstId = 0;
      this.read(bytes, reader.start, next, "single");
      if (last !== 0 && depth.firstId !== last + 1) {
        throw new ProtocolError(`MEXC depth batch goes from version ${last} to ${depth.firstId}`);
      }
      if (last === 0) first = depth.firstId;
      last = depth.lastId;
      reader.position = next;
    }
    depth.firstId = first;
    return last !== 0;
  }

  /**
   * `PublicAggreDepthsV3Api`: 1 asks, 2 bids, 4 fromVersion, 5 toVersion; or `PublicLimitDepthsV3Api`, which is a
   * whole book of few levels, and `PublicIncreaseDepthsV3Api`: 1 asks, 2 bids, 4 version.
   */
  read(bytes: Uint8Array, start: number, end: number, versions: MexcVersions): void {
    const { depth } = this;
    const single = versions !== "range";
    let position = start;
    while (position < end) {
      const tag = bytes[position]!;
      const valueStart = position + 2;
      const valueEnd = valueStart + bytes[position + 1]!;
      if (tag === asksTag || tag === bidsTag) {
        const levels = tag === asksTag ? depth.asks : depth.bids;
        const next = readUsualLevels(bytes, position, end, tag, levels);
        position = next === position ? this.#readAnyLevel(position, end, levels) : next;
      } else if (bytes[position + 1]! >= 0x80 || valueEnd > end || (tag & 0x87) !== 2 || tag < 8) {
        position = this.#readField(position, end, single);
      } else {
        if (tag === firstVersionTag) depth.firstId = versionOf(bytes, valueStart, valueEnd);
        else if (tag === lastVersionTag && !single) depth.lastId = versionOf(bytes, valueStart, valueEnd);
        position = valueEnd;
      }
    }
    if (single) depth.lastId = depth.firstId;
    depth.full = versions === "snapshot";
    if (!depth.full && !(depth.firstId > 0 && depth.lastId >= depth.firstId)) {
      throw new ProtocolError(`MEXC depth frame has the versions ${depth.firstId}..${depth.lastId}`);
    }
  }

  /** Any field in a form that is not usual. Returns where it ends. */
  #readField(position: number, end: number, single: boolean): number {
    const reader = this.#reader;
    reader.position = position;
    const tag = reader.tag(end);
    if (tag === firstVersionTag) this.depth.firstId = readVersion(reader, end);
    else if (tag === lastVersionTag && !single) this.depth.lastId = readVersion(reader, end);
    else if (tag === asksTag) this.#readLevel(end, this.depth.asks);
    else if (tag === bidsTag) this.#readLevel(end, this.depth.bids);
    else reader.skip(tag, end);
    return reader.position;
  }

  /** A level (1 price, 2 quantity) in any form that protobuf allows. Returns where it ends. */
  #readAnyLevel(position: number, limit: number, levels: LevelColumns): number {
    this.#reader.position = position + 1;
    this.#readLevel(limit, levels);
    return this.#reader.position;
  }

  /** The level whose length the reader stands at. */
  #readLevel(limit: number, levels: LevelColumns): void {
    const reader = this.#reader;
    reader.slice(limit);
    const end = reader.end;
    reader.position = reader.start;
    const level = this.#level.fill(NaN);
    while (reader.position < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) readDecimalField(reader, end, level, 0);
      else if (tag === 0x12) readDecimalField(reader, end, level, 1);
      else reader.skip(tag, end);
    }
    const [price = NaN, quantity = NaN] = level;
    if (!(price > 0 && quantity >= 0)) {
      throw new ProtocolError(`MEXC level has price ${price} and quantity ${quantity}`);
    }
    levels.push(price, quantity);
  }
}
