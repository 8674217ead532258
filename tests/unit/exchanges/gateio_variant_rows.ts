/**
 * Documented rows of Gate.io accounts, what they say, and what they need not say.
 * @module
 */
import type { Fill } from "../../../src/core/fill.ts";
import type { OrderReport } from "../../../src/core/order_request.ts";
import {
  futuresFill,
  futuresFillSchema,
  futuresOrderReport,
  futuresOrderSchema,
} from "../../../src/exchanges/gateio/private_futures_orders.ts";
import {
  spotFill,
  spotFillSchema,
  spotOrderReport,
  spotOrderSchema,
} from "../../../src/exchanges/gateio/private_spot_orders.ts";
import { checkBody } from "../../../src/exchanges/wire_schema.ts";
import { testInstruments } from "../../support/instruments.ts";

const table = testInstruments(["BTC"]);
const spot = table.find("GATEIO_SPOT", "BTC_USDT")!;
const futures = table.find("GATEIO_FUTURES", "BTC_USDT")!;

/** A row as documented, the reader that is to be examined, and what the row tells. */
interface Documented<Told> {
  readonly name: string;
  readonly text: string;
  readonly read: (row: unknown) => Told;
  readonly told: unknown;
  /** Fields without which it tells the same. */
  readonly optional: readonly string[];
}
/** A documented order. */
export type OrderRow = Documented<OrderReport>;
/** A documented fill. */
export type FillRow = Documented<Fill>;

/** Orders. */
export const orderRows: readonly OrderRow[] = [{
  name: "spot order",
  text:
    `{"id":"1852454420","text":"t-abc","amend_text":"-","create_time":"1710488334","update_time":"1710488334","create_time_ms":1710488334000,"update_time_ms":1710488334000,"status":"closed","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"65000","time_in_force":"gtc","iceberg":"0","left":"0","filled_amount":"0.001","fill_price":"63.4693","filled_total":"63.4693","avg_deal_price":"63469.3","fee":"0.000002","fee_currency":"BTC","point_fee":"0","gt_fee":"0","gt_maker_fee":"0","gt_taker_fee":"0","gt_discount":false,"rebated_fee":"0","rebated_fee_currency":"USDT","stp_id":0,"stp_act":"-","finish_as":"filled"}`,
  read: (row) => spotOrderReport(spot, checkBody(spotOrderSchema, row, "order")),
  told: {
    instrument: spot.id,
    exchangeOrderId: "1852454420",
    clientOrderId: "abc",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 650_000,
    lots: 1000,
    filledLots: 1000,
    averagePrice: 63469.3,
    status: "filled",
    reduceOnly: false,
    createdAt: 1710488334000,
    updatedAt: 1710488334000,
  },
  optional: [
    "filled_amount",
    "filled_total",
    "fill_price",
    "create_time",
    "create_time_ms",
    "update_time",
    "update_time_ms",
    "finish_as",
    "iceberg",
    "fee",
    "account",
  ],
}, {
  name: "futures order",
  text:
    `{"refu":0,"tkfr":"0.0005","mkfr":"0.0002","contract":"BTC_USDT","id":4872460,"id_string":"4872460","price":"40000.4","tif":"gtc","iceberg":0,"text":"t-abc","user":10406147,"is_reduce_only":false,"is_close":false,"is_liq":false,"fill_price":"64013.1","create_time":1768397866.662,"create_time_ms":1768397866662,"update_time":1768397866.663,"finish_time":1768397866.663,"finish_as":"filled","status":"finished","left":0,"refr":"0","size":100,"biz_info":"-","amend_text":"-","stp_act":"-","stp_id":0,"update_id":1,"pnl":"0","pnl_margin":"0","bbo":"-","market_order_slip_ratio":"0.05"}`,
  read: (row) => futuresOrderReport(futures, checkBody(futuresOrderSchema, withTextId(row), "order")),
  told: {
    instrument: futures.id,
    exchangeOrderId: "4872460",
    clientOrderId: "abc",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    priceTicks: 400_004,
    lots: 100,
    filledLots: 100,
    averagePrice: 64013.1,
    status: "filled",
    reduceOnly: false,
    createdAt: 1768397866662,
    updatedAt: 1768397866663,
  },
  optional: ["id_string", "left", "finish_as", "create_time_ms", "update_time", "finish_time", "iceberg"],
}];

/** Fills: spot, futures. */
export const fillRows: readonly FillRow[] = [{
  name: "spot fill",
  text:
    `{"id":"1232893232","create_time":"1548000000","create_time_ms":"1548000000000","currency_pair":"BTC_USDT","order_id":"4128442423","side":"sell","role":"maker","amount":"0.15","price":"30000","fee":"0.5","fee_currency":"USDT","point_fee":"0","gt_fee":"0","amend_text":"-","sequence_id":"588018","text":"t-test"}`,
  read: (row) => spotFill(spot, checkBody(spotFillSchema, row, "fill")),
  told: {
    tradeId: "1232893232",
    clientOrderId: "test",
    exchangeOrderId: "4128442423",
    instrument: spot.id,
    side: "sell",
    price: 30_000,
    quantity: 0.15,
    notional: 4500,
    fee: 0.5,
    feeCoin: "USDT",
    feeQuote: 0.5,
    liquidity: "maker",
    time: 1548000000000,
  },
  optional: ["fee_currency", "point_fee", "gt_fee", "create_time", "create_time_ms", "sequence_id"],
}, {
  name: "futures fill",
  text:
    `{"id":121234231,"create_time":1514764800.123,"create_time_ms":1514764800123,"contract":"BTC_USDT","order_id":"21893289839","size":100,"close_size":0,"price":"100.125","role":"taker","text":"t-123456","fee":"0.01","point_fee":"0","trade_value":"100.1"}`,
  read: (row) => futuresFill(futures, checkBody(futuresFillSchema, row, "fill")),
  told: {
    tradeId: "121234231",
    clientOrderId: "123456",
    exchangeOrderId: "21893289839",
    instrument: futures.id,
    side: "buy",
    price: 100.125,
    quantity: 0.01,
    notional: 1.00125,
    fee: 0.01,
    feeCoin: "USDT",
    feeQuote: 0.01,
    liquidity: "taker",
    time: 1514764800123,
  },
  optional: ["point_fee", "create_time_ms", "close_size", "trade_value"],
}];

/** The documented position. */
export const positionRow: Readonly<Record<string, unknown>> = JSON.parse(
  `{"user":10000,"contract":"BTC_USDT","size":-9440,"leverage":"0","lever":"10","pos_margin_mode":"cross","cross_leverage_limit":"10","leverage_max":"125","margin":"356.9","entry_price":"3779.55","liq_price":"99999999","mark_price":"3780.32","unrealised_pnl":"-0.72","realised_pnl":"-1.7","close_order":null,"mode":"single","open_time":1684913253,"update_time":1684994406,"update_id":1}`,
);

/** `id_string` is text in every form. */
function withTextId(row: unknown): unknown {
  const { id_string: text, ...rest } = row as Record<string, unknown>;
  return { ...rest, id_string: typeof text === "number" ? String(text) : text };
}
