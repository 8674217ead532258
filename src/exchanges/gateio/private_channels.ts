/**
 * What Gate.io's private streams are subscribed with and what their rows mean, spot and futures.
 * @module
 */
import * as v from "valibot";
import type { PositionReport } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Fill } from "../../core/fill.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { OrderReport } from "../../core/order_request.ts";
import { checkBody } from "../wire_schema.ts";
import {
  futuresFill,
  futuresFillSchema,
  futuresOrderReport,
  futuresOrderSchema,
} from "./private_futures_orders.ts";
import { positionReport, positionSchema } from "./private_positions.ts";
import { spotFill, spotFillSchema, spotOrderReport, spotOrderSchema } from "./private_spot_orders.ts";
import { amount, type FindInstrument, moment, unsigned } from "./private_values.ts";

/** A subscription. */
export interface Subscription {
  readonly channel: string;
  /** Left out when the channel takes none. */
  readonly payload?: readonly string[];
}

/** Who hears what the rows say. */
export interface RowListener {
  order(report: OrderReport): void;
  fill(fill: Fill): void;
  balance(balance: BalanceSnapshot): void;
  position(position: PositionReport): void;
  /** The balance has changed in a way that the row does not tell in full: it is to be asked for. */
  balanceChanged(): void;
}

/** The private channels of a market. */
export interface PrivateChannelSet {
  readonly prefix: "spot" | "futures";
  /** What has to be confirmed before nothing is missed. @param userId Number of the user; empty on spot. */
  subscriptions(userId: string): readonly Subscription[];
  /**
   * Reads the rows of a push. Rows of instruments that are not known are left out.
   *
   * @param timeMs Epoch milliseconds for rows without a stamp.
   * @throws {ProtocolError} when a row is not as the protocol has it.
   */
  read(channel: string, rows: readonly unknown[], timeMs: number, listener: RowListener): void;
}

const everything = "!all";
const symbolSchema = v.pipe(
  v.object({ currency_pair: v.optional(v.string()), contract: v.optional(v.string()) }),
  v.check(({ currency_pair: pair, contract }) => Boolean(pair ?? contract), "without a symbol"),
);
const balanceSchema = v.object({
  currency: v.string(),
  available: amount,
  freeze: unsigned,
  timestamp_ms: moment,
});

/** Private channels of spot. */
export class SpotPrivateChannels implements PrivateChannelSet {
  readonly prefix = "spot";

  constructor(private readonly find: FindInstrument) {}

  subscriptions(): readonly Subscription[] {
    return [
      { channel: "spot.orders", payload: [everything] },
      { channel: "spot.usertrades", payload: [everything] },
      { channel: "spot.balances" },
    ];
  }

  read(channel: string, rows: readonly unknown[], _timeMs: number, listener: RowListener): void {
    if (channel === "spot.orders") {
      eachRow(
        this.find,
        channel,
        rows,
        spotOrderSchema,
        (instrument, row) => listener.order(spotOrderReport(instrument, row)),
      );
    } else if (channel === "spot.usertrades") {
      eachRow(
        this.find,
        channel,
        rows,
        spotFillSchema,
        (instrument, row) => listener.fill(spotFill(instrument, row)),
      );
    } else if (channel === "spot.balances") {
      for (const row of checkBody(v.array(balanceSchema), rows, `Gate.io's ${channel}`)) {
        const { currency: coin, available, freeze: locked, timestamp_ms: time } = row;
        listener.balance({ exchange: "GATEIO_SPOT", coin, available, locked, time });
      }
    }
  }
}

/**
 * Private channels of USDT perpetuals. A push about the balance tells the sum only, and margin changes without one: so
 * every push makes the balance be asked for.
 */
export class FuturesPrivateChannels implements PrivateChannelSet {
  readonly prefix = "futures";

  constructor(private readonly find: FindInstrument) {}

  subscriptions(userId: string): readonly Subscription[] {
    const all = [userId, everything];
    return [
      { channel: "futures.orders", payload: all },
      { channel: "futures.usertrades", payload: all },
      { channel: "futures.positions", payload: all },
      { channel: "futures.balances", payload: [userId] },
    ];
  }

  read(channel: string, rows: readonly unknown[], timeMs: number, listener: RowListener): void {
    if (channel === "futures.orders") {
      eachRow(
        this.find,
        channel,
        rows,
        futuresOrderSchema,
        (instrument, row) => listener.order(futuresOrderReport(instrument, row)),
      );
    } else if (channel === "futures.usertrades") {
      eachRow(
        this.find,
        channel,
        rows,
        futuresFillSchema,
        (instrument, row) => listener.fill(futuresFill(instrument, row)),
      );
    } else if (channel === "futures.positions") {
      eachRow(
        this.find,
        channel,
        rows,
        positionSchema,
        (instrument, row) => listener.position(positionReport(instrument, row, timeMs)),
      );
    } else if (channel !== "futures.balances") return;
    listener.balanceChanged();
  }
}

/** Rows of instruments that are not known are not looked at: what is odd about them is nobody's business. */
function eachRow<Row>(
  find: FindInstrument,
  channel: string,
  rows: readonly unknown[],
  schema: v.GenericSchema<unknown, Row>,
  tell: (instrument: Instrument, row: Row) => void,
): void {
  const what = `Gate.io's ${channel}`;
  for (const row of rows) {
    const { currency_pair: pair, contract } = checkBody(symbolSchema, row, what);
    const instrument = find(pair ?? contract ?? "");
    if (instrument !== undefined) tell(instrument, checkBody(schema, row, what));
  }
}
