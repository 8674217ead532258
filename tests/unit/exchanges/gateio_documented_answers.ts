/**
 * Answers and pushes of Gate.io for accounts as its documents and captures have them; ids and moments are adapted so
 * that they belong together.
 * @module
 */

/** A REST order: open, then as it ends. */
const spotOrder =
  `{"id":"1852454420","text":"t-abc123","amend_text":"-","create_time":"1710488334","update_time":"1710488334","create_time_ms":1710488334073,"update_time_ms":1710488334074,"status":"open","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.001","price":"65000","time_in_force":"gtc","iceberg":"0","left":"0.001","filled_amount":"0","fill_price":"0","filled_total":"0","avg_deal_price":"0","fee":"0","fee_currency":"BTC","point_fee":"0","gt_fee":"0","gt_maker_fee":"0","gt_taker_fee":"0","gt_discount":false,"rebated_fee":"0","rebated_fee_currency":"USDT","stp_id":0,"stp_act":"-","finish_as":"open"}`;
const cancelledSpotOrder = spotOrder.replace(`"status":"open"`, `"status":"cancelled"`)
  .replace(`"finish_as":"open"`, `"finish_as":"cancelled"`);
const futuresOrder =
  `{"refu":0,"tkfr":"0.0005","mkfr":"0.0002","contract":"BTC_USDT","id":299207900263708423,"price":"65000","tif":"gtc","iceberg":"0","text":"t-abc123","user":10406147,"is_reduce_only":false,"is_close":false,"is_liq":false,"fill_price":"0","create_time":1768397866.662,"update_time":1768397866.663,"status":"open","left":"10","refr":"0","size":"10","biz_info":"-","amend_text":"-","stp_act":"-","stp_id":0,"update_id":1,"pnl":"0","pnl_margin":"0","bbo":"-","market_order_slip_ratio":"0.05"}`;
const cancelledFuturesOrder = futuresOrder.replace(
  `"status":"open"`,
  `"finish_time":1768397867.1,"finish_as":"cancelled","status":"finished"`,
);
const position =
  `{"user":10000,"contract":"BTC_USDT","size":"-9440","leverage":"0","lever":"10","pos_margin_mode":"cross","cross_leverage_limit":"10","risk_limit":"1000000","leverage_max":"125","maintenance_rate":"0.004","average_maintenance_rate":"0.004","value":"3568.62","margin":"356.9","initial_margin":"358.6","maintenance_margin":"16.0","entry_price":"3779.55","liq_price":"99999999","mark_price":"3780.32","unrealised_pnl":"-0.72","realised_pnl":"-1.7","pnl_pnl":"0","pnl_fund":"0","pnl_fee":"-1.7","history_pnl":"0","last_close_pnl":"0","realised_point":"0","history_point":"0","adl_ranking":5,"pending_orders":16,"close_order":null,"mode":"single","open_time":1684913253,"update_time":1684994406,"update_id":1,"risk_limit_table":"","trade_max_size":"0","pid":0}`;
const futuresAccount =
  `{"user":1666,"currency":"USDT","total":"9707.80","unrealised_pnl":"3.37","position_margin":"38.71","order_margin":"0","available":"9669.09","point":"0","bonus":"0","in_dual_mode":false,"enable_credit":true,"position_initial_margin":"0","maintenance_margin":"0","enable_evolved_classic":true,"cross_order_margin":"0","cross_initial_margin":"38.7","cross_maintenance_margin":"19.3","cross_unrealised_pnl":"3.37","cross_available":"9669.09","cross_margin_balance":"9711.17","cross_mmr":"0.002","cross_imr":"0.004","isolated_position_margin":"0","enable_new_dual_mode":true,"margin_mode":0,"enable_tiered_mm":true,"enable_dual_plus":false,"position_mode":"single","history":{"dnw":"10000","pnl":"68.3","fee":"-1.64","refr":"0","fund":"-358.9","point_dnw":"0","point_fee":"0","point_refr":"0","bonus_dnw":"0","bonus_offset":"0","cross_settle":"0"}}`;
const succeeded = (order: string): string => order.replace("{", `{"succeeded":true,"label":"","message":"",`);
const switchedOff = `{"triggerTime":"1660039145000"}`;

/** Answers by method and path. */
export const documentedAnswers: Readonly<Record<string, string>> = {
  "GET /account/detail":
    `{"user_id":10406147,"ip_whitelist":[],"currency_pairs":[],"key":{"mode":1},"tier":0,"tier_expire_time":"0001-01-01T00:00:00Z","copy_trading_role":0}`,
  "GET /wallet/fee":
    `{"user_id":1,"taker_fee":"0.002","maker_fee":"0.002","rpi_maker_fee":"0","gt_discount":false,"gt_taker_fee":"0","gt_maker_fee":"0","loan_fee":"0.18","point_type":"1","futures_taker_fee":"0.0005","futures_maker_fee":"0.0002","futures_rpi_maker_fee":"0","delivery_taker_fee":"0.00016","delivery_maker_fee":"-0.00015","debit_fee":3,"rpi_mm":0}`,
  "GET /spot/accounts": `[{"currency":"USDT","available":"968.8","locked":"20","update_id":98}]`,
  "GET /spot/open_orders": `[{"currency_pair":"BTC_USDT","total":1,"orders":[${spotOrder}]}]`,
  "GET /spot/orders": `[${spotOrder}]`,
  "GET /spot/orders/1852454420": cancelledSpotOrder,
  "GET /spot/my_trades":
    `[{"id":"1232893232","create_time":"1710488334","create_time_ms":"1710488334123.456","currency_pair":"BTC_USDT","order_id":"4128442423","side":"buy","role":"maker","amount":"0.15","price":"0.03","fee":"0.0005","fee_currency":"BTC","point_fee":"0","gt_fee":"0","amend_text":"-","sequence_id":"588018","text":"t-test"}]`,
  "POST /spot/orders": spotOrder,
  "POST /spot/batch_orders": `[${
    succeeded(spotOrder.replace(`"id"`, `"order_id":"1852454420","id"`))
  },{"text":"t-d18b","succeeded":false,"label":"BALANCE_NOT_ENOUGH","message":"Not enough balance"}]`,
  "PATCH /spot/orders/1852454420": spotOrder.replace("65000", "30100"),
  "DELETE /spot/orders/1852454420": cancelledSpotOrder,
  "DELETE /spot/orders": `[${succeeded(cancelledSpotOrder)}]`,
  "POST /spot/countdown_cancel_all": switchedOff,
  "GET /futures/usdt/accounts": futuresAccount,
  "GET /futures/usdt/fee": `{"BTC_USDT":{"taker_fee":"0.0005","maker_fee":"0.0002"}}`,
  "GET /futures/usdt/positions": `[${position}]`,
  "GET /futures/usdt/orders": `[${futuresOrder}]`,
  "GET /futures/usdt/orders/299207900263708423": futuresOrder,
  "GET /futures/usdt/my_trades_timerange":
    `[{"trade_id":"121234231","create_time":1768397866.123,"contract":"BTC_USDT","order_id":"21893289839","size":"100","close_size":"0","price":"100.123","role":"taker","text":"t-123456","fee":"0.01","point_fee":"0","trade_value":"100.1"}]`,
  "GET /futures/usdt/account_book":
    `[{"time":1768397866.123456,"change":"-0.01","balance":"4.59","type":"fund","text":"BTC_USDT:6086261","contract":"BTC_USDT","trade_id":"1","id":"77"}]`,
  "GET /futures/usdt/risk_limit_tiers":
    `[{"tier":1,"risk_limit":"1000000","initial_rate":"0.008","maintenance_rate":"0.004","leverage_max":"125","contract":"BTC_USDT","deduction":"0"}]`,
  "POST /futures/usdt/orders": futuresOrder,
  "POST /futures/usdt/batch_orders": `[${
    succeeded(futuresOrder)
  },{"succeeded":false,"label":"ORDER_POC_IMMEDIATE","detail":"order price 1700 while counter price 1793.55"}]`,
  "PUT /futures/usdt/orders/299207900263708423": futuresOrder.replace("65000", "30100"),
  "DELETE /futures/usdt/orders/299207900263708423": cancelledFuturesOrder,
  "DELETE /futures/usdt/orders": `[${cancelledFuturesOrder}]`,
  "POST /futures/usdt/countdown_cancel_all": switchedOff,
  "POST /futures/usdt/positions/BTC_USDT/leverage": position,
  "POST /futures/usdt/positions/BTC_USDT/margin": position,
  "POST /futures/usdt/positions/cross_mode": position,
  "POST /futures/usdt/dual_mode": futuresAccount,
};

/** Results of the trading API by channel. */
export const documentedResults: Readonly<Record<string, string>> = {
  "spot.login": `{"api_key":"gateTestKey0001","uid":"110284739"}`,
  "spot.order_place": spotOrder,
  "spot.order_amend": spotOrder.replace("65000", "30100"),
  "spot.order_cancel": cancelledSpotOrder,
  "spot.order_cancel_cp": `[${cancelledSpotOrder}]`,
  "futures.login": `{"api_key":"gateTestKey0001","uid":"110284739"}`,
  "futures.order_place": futuresOrder.replaceAll(/"(size|left|iceberg)":"(\d+)"/g, `"$1":$2`),
  "futures.order_batch_place": documentedBatch(),
  "futures.order_status": futuresOrder.replaceAll(/"(size|left|iceberg)":"(\d+)"/g, `"$1":$2`),
  "futures.order_amend": futuresOrder.replace("65000", "30100"),
  "futures.order_cancel": cancelledFuturesOrder,
  "futures.order_cancel_cp": `[${cancelledFuturesOrder}]`,
};

function documentedBatch(): string {
  return documentedAnswers["POST /futures/usdt/batch_orders"]!;
}

/** Rows of private pushes by channel. */
export const documentedRows: Readonly<Record<string, string>> = {
  "spot.orders":
    `{"id":"1036717689726","text":"apiv4","create_time":"1774613210","update_time":"1774613210","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy","amount":"0.1","price":"200","time_in_force":"gtc","left":"0.1","filled_amount":"0","filled_total":"0","avg_deal_price":"0","fee":"0","fee_currency":"BTC","point_fee":"0","gt_fee":"0","rebated_fee":"0","rebated_fee_currency":"BTC","create_time_ms":"1774613210391","update_time_ms":"1774613210391","user":10406147,"event":"put","stp_id":0,"stp_act":"-","finish_as":"open","biz_info":"-","amend_text":"-"}`,
  "spot.usertrades":
    `{"id":5736713,"user_id":1000001,"order_id":"30784428","currency_pair":"BTC_USDT","create_time":1605176741,"create_time_ms":"1605176741123.456","side":"sell","amount":"1","role":"taker","price":"10000","fee":"0.002","fee_currency":"USDT","point_fee":"0","gt_fee":"0","text":"apiv4","amend_text":"-","id_market":5736713}`,
  "spot.balances":
    `{"timestamp":"1667556323","timestamp_ms":"1667556323730","user":"1000001","currency":"USDT","change":"0","total":"222244.38","available":"222239.38","freeze":"5","freeze_change":"5.000000","change_type":"order-create"}`,
  "futures.orders":
    `{"contract":"BTC_USDT","create_time":1628736847,"create_time_ms":1628736847325,"fill_price":40000.4,"finish_as":"filled","finish_time":1628736848,"finish_time_ms":1628736848321,"iceberg":0,"id":4872460,"id_string":"4872460","is_close":false,"is_liq":false,"is_reduce_only":false,"left":0,"mkfr":-0.00025,"price":40000.4,"refr":0,"refu":0,"size":1,"status":"finished","text":"t-1","tif":"gtc","tkfr":0.0005,"user":"110","update_id":1,"update_time":1628736848321,"biz_info":"-","stp_id":"0","stp_act":"-","amend_text":"-","role":"taker","fee":"0.02","point_fee":"0","pos_margin_mode":"cross","leverage":"10"}`,
  "futures.usertrades":
    `{"id":"3335259","create_time":1628736848,"create_time_ms":1628736848321,"contract":"BTC_USDT","order_id":"4872460","size":1,"price":"40000.4","role":"maker","text":"api","fee":0.0009290592,"point_fee":0,"amend_text":"-","biz_info":"-","close_size":0}`,
  "futures.positions":
    `{"contract":"BTC_USDT","cross_leverage_limit":0,"entry_price":40000.36666661111,"history_pnl":-0.000108569505,"history_point":0,"last_close_pnl":-0.000050123368,"leverage":0,"leverage_max":100,"liq_price":0.1,"maintenance_rate":0.005,"margin":49.999890611186,"mode":"single","realised_pnl":-1.25e-8,"realised_point":0,"risk_limit":100,"size":3,"time":1628736848,"time_ms":1628736848321,"user":"110","update_id":170919,"pos_margin_mode":"cross","lever":"10"}`,
  "futures.balances":
    `{"balance":9.998739899488,"change":-0.000002074115,"text":"BTC_USDT:3914424","time":1547199246,"time_ms":1547199246123,"type":"fee","user":"211","currency":"usdt"}`,
};
