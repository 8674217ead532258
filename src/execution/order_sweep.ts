/**
 * Takes back every order of ours that rests anywhere, and asks the venues whether it is so.
 * @module
 */
import { type Clock, delay } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { ExchangeKey } from "../core/exchange.ts";
import type { InstrumentTable } from "../core/instrument.ts";
import type { OrderReport } from "../core/order_request.ts";
import { hasEnded } from "../exchanges/private_reports.ts";
import type { Logger } from "../logging/logger.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { TradingVenue } from "./trading_venue.ts";

/** What {@link sweepOrders} takes. */
export interface OrderSweepOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly flow: OrderFlow;
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly instruments: InstrumentTable;
}

/** What came of it. */
export interface OrderSweep {
  /** Orders that were taken back. */
  readonly cancelled: number;
  /** Client order ids of orders of ours that the venues still list at the end. */
  readonly open: readonly string[];
  /** Venues that could not be asked. */
  readonly unverified: readonly ExchangeKey[];
}

/** Times that a venue is asked what is open; the last answer counts. */
const rounds = 5;
/** Wait between two questions, milliseconds: a listing may be older than a cancel. */
const roundMs = 500;

/** Takes back all orders of this program on all venues. Never rejects. */
export async function sweepOrders(options: OrderSweepOptions): Promise<OrderSweep> {
  const results = await Promise.all([...options.venues.values()].map((venue) => sweepVenue(venue, options)));
  return {
    cancelled: results.reduce((sum, { cancelled }) => sum + cancelled.size, 0),
    open: results.flatMap(({ open }) => open ?? []),
    unverified: results.flatMap(({ exchange, open }) => open === undefined ? [exchange] : []),
  };
}

interface VenueSweep {
  readonly exchange: ExchangeKey;
  /** Orders of ours that were asked to be cancelled. */
  readonly cancelled: ReadonlySet<string>;
  /** What is left; undefined when the venue could not be asked the last time. */
  readonly open: readonly string[] | undefined;
}

async function sweepVenue(venue: TradingVenue, options: OrderSweepOptions): Promise<VenueSweep> {
  const { exchange } = venue;
  const cancelled = new Set<string>();
  let open: string[] | undefined;
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await delay(options.clock, roundMs);
    open = undefined;
    try {
      const reports = (await venue.openOrders()).filter((report) => isOpenAndOurs(report, options.flow));
      open = reports.map(({ clientOrderId }) => clientOrderId);
      if (reports.length === 0) break;
      for (const report of reports) {
        await takeBack(venue, report, options);
        cancelled.add(report.clientOrderId);
      }
    } catch (error) {
      options.logger.error("A venue could not be asked", { exchange, error: errorMessage(error) });
    }
  }
  return { exchange, cancelled, open };
}

function isOpenAndOurs({ status, clientOrderId }: OrderReport, flow: OrderFlow): boolean {
  return !hasEnded(status) && flow.isOwn(clientOrderId);
}

/** An order of the journal that nobody follows any more is taken back all the same. */
async function takeBack(
  venue: TradingVenue,
  report: OrderReport,
  { flow, instruments }: OrderSweepOptions,
): Promise<void> {
  flow.takeReport(report, "sweep");
  const order = flow.tracker.find(report.clientOrderId);
  if (order !== undefined) return await flow.cancel(order);
  const { exchangeOrderId } = report;
  await venue.cancel({ instrument: instruments.get(report.instrument), exchangeOrderId });
}
