/**
 * What Gate.io's public requests of both markets share.
 * @module
 */
import * as v from "valibot";
import { DepthUpdate } from "../../core/depth_update.ts";
import type { Instrument } from "../../core/instrument.ts";
import { TradeColumns } from "../../core/public_trade.ts";
import type { RestClient } from "../../net/rest_client.ts";
import type { AssetPair, TradeList, TradeQuery } from "../interfaces/public_rest.ts";
import { checkBody, wholeNumber } from "../wire_schema.ts";

const errorSchema = v.object({ label: v.string() });
const timeSchema = v.object({ server_time: wholeNumber });

/** Takes the label out of an error body `{"label":"…","message":"…"}`. */
export function gateioErrorCode(body: unknown): string {
  const result = v.safeParse(errorSchema, body);
  return result.success ? result.output.label : "";
}

/** The venue's names of these pairs. */
export function wantedSymbols(pairs: readonly AssetPair[]): Set<string> {
  return new Set(pairs.map(({ base, quote }) => `${base}_${quote}`));
}

/** A snapshot without levels. @param id Version of the book. */
export function emptySnapshot(instrument: Instrument, id: number): DepthUpdate {
  const update = new DepthUpdate();
  update.instrument = instrument.id;
  update.firstId = update.lastId = id;
  update.full = true;
  return update;
}

/** The clock of both markets in epoch milliseconds. */
export async function fetchGateioTime(client: RestClient): Promise<number> {
  return checkBody(timeSchema, await client.get("/spot/time"), "Gate.io time").server_time;
}

/** Whole seconds of an epoch millisecond. */
export function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}

/** A trade in the form of both markets. */
export interface GateioTrade {
  readonly id: number;
  readonly price: number;
  /** In the venue's order unit, not signed. */
  readonly quantity: number;
  readonly side: 1 | -1;
  readonly internal: boolean;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Rows of one answer, and how many answers are asked for at most. */
export const tradesPerPage = 1000;
const mostPages = 10;
const fewTrades = 100;

/**
 * Asks for pages of trades, newest first, until one of them reaches back to the known trade.
 *
 * @param page Gets a page, counted from 0, of `limit` trades. Trades that come meanwhile push older ones to a later
 *   page, so some come twice and none is missed.
 */
export async function fetchGateioTrades(
  instrument: Instrument,
  { since, limit = fewTrades }: TradeQuery,
  receivedAt: number,
  page: (index: number, limit: number) => Promise<GateioTrade[]>,
): Promise<TradeList> {
  if (since === undefined) {
    return { trades: toColumns(instrument, await page(0, limit), receivedAt), complete: true };
  }
  const wanted = ({ id, time }: GateioTrade): boolean => since.id > 0 ? id > since.id : time >= since.timeMs;
  const found = new Map<number, GateioTrade>();
  for (let index = 0; index < mostPages; index++) {
    const rows = await page(index, tradesPerPage);
    for (const row of rows.filter(wanted)) found.set(row.id, row);
    if (rows.length < tradesPerPage || !rows.every(wanted)) {
      return { trades: toColumns(instrument, [...found.values()], receivedAt), complete: true };
    }
  }
  return { trades: toColumns(instrument, [...found.values()], receivedAt), complete: false };
}

function toColumns(
  { id }: Instrument,
  rows: readonly GateioTrade[],
  receivedAt: number,
): TradeColumns {
  const trades = new TradeColumns();
  trades.receivedAt = receivedAt;
  for (const row of rows.toSorted((a, b) => a.id - b.id)) {
    const index = trades.add();
    trades.instruments[index] = id;
    trades.ids[index] = row.id;
    trades.prices[index] = row.price;
    trades.quantities[index] = row.quantity;
    trades.sides[index] = row.side;
    trades.internals[index] = row.internal ? 1 : 0;
    trades.times[index] = row.time;
  }
  return trades;
}
