/**
 * REST endpoints for balances, fills and fees of a spot account.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { formatAtoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import { type AccountCall, pageAnswer, privateAnswer } from "./gate_answer.ts";
import type { GateEndpoint } from "./gate_endpoint.ts";
import { gateRestErrors } from "./gate_errors.ts";
import { type GatePage, pageOf, spanOf } from "./gate_pages.ts";
import { rateText } from "./gate_text.ts";
import type { SpotAccountBook } from "./spot_account_book.ts";
import type { SpotMarket } from "./spot_market.ts";
import { fillDocument } from "./spot_order_document.ts";
import { checkAccount } from "./spot_order_input.ts";

const maxFeePairs = 50;
/** Days of my_trades and account_book: when no beginning is given, and at most. */
const lookBackDays = 7;
const maxDays = 30;

/** What a user has, did and pays. */
export function spotAccountEndpoints(market: SpotMarket, book: SpotAccountBook): GateEndpoint[] {
  return [
    privateAnswer("GET /spot/accounts", "read", (call) => accounts(market, call)),
    pageAnswer("GET /spot/my_trades", (call) => myTrades(market, call)),
    pageAnswer("GET /spot/account_book", (call) => accountBook(market, book, call)),
    privateAnswer("GET /spot/fee", "read", ({ account, fields }) => {
      const pair = fields.optional("currency_pair");
      // UNCONFIRMED: the pair that counts when none is given.
      const instrument = pair === undefined ? market.listed[0] : market.instrument(pair);
      if (instrument === undefined) throw gateRestErrors.missingParameter("currency_pair");
      return spotFee(market, account, instrument);
    }),
    privateAnswer("GET /spot/batch_fee", "read", ({ account, fields }) => {
      const pairs = fields.required("currency_pairs").split(",");
      if (pairs.length > maxFeePairs) throw gateRestErrors.badParameter("currency_pairs", pairs.join(","));
      return Object.fromEntries(
        pairs.map((pair) => [pair, spotFee(market, account, market.instrument(pair))]),
      );
    }),
  ];
}

function accounts(market: SpotMarket, { account, fields }: AccountCall): unknown {
  const wallet = market.wallet(account);
  const coin = market.coin(fields.optional("currency"));
  return (coin === undefined ? wallet.coins : [coin]).map((name) => {
    const { available, locked } = wallet.balance(name);
    return {
      currency: name,
      available: formatAtoms(available),
      locked: formatAtoms(locked),
      update_id: wallet.updates(name),
    };
  });
}

function myTrades(market: SpotMarket, { account, fields }: AccountCall): GatePage<unknown> {
  checkAccount(fields);
  const orderId = fields.optional("order_id");
  const pair = orderId === undefined ? fields.optional("currency_pair") : fields.required("currency_pair");
  const instrument = pair === undefined ? undefined : market.instrument(pair);
  const inSpan = spanOf(fields, market.nowMs, lookBackDays, maxDays);
  const fills = market.trading.store(account).fills.filter(({ order, timeMs }) =>
    (instrument === undefined || order.instrument === instrument) &&
    (orderId === undefined || order.id === orderId || order.clientId === orderId) && inSpan(timeMs)
  );
  const { rows, headers } = pageOf(fills.reverse(), fields);
  return { rows: rows.map((fill) => fillDocument(market.trading, fill)), headers };
}

/** `code`, whose values are not known, finds nothing. */
function accountBook(
  market: SpotMarket,
  book: SpotAccountBook,
  { account, fields }: AccountCall,
): GatePage<unknown> {
  const coin = market.coin(fields.optional("currency"));
  const [type, code] = [fields.optional("type"), fields.optional("code")];
  const inSpan = spanOf(fields, market.nowMs, lookBackDays, maxDays);
  const changes = book.changes(account.uid).filter((change) =>
    (coin === undefined || change.coin === coin) && inSpan(change.timeMs) &&
    (code === undefined ? type === undefined || change.type === type : false)
  );
  const { rows, headers } = pageOf(changes, fields);
  return { rows: rows.map(({ document }) => document), headers };
}

/** Fee ratios of an account on a pair. */
export function feeTexts(
  { trading }: SpotMarket,
  account: Account,
  instrument: MarketInstrument,
): { taker_fee: string; maker_fee: string } {
  return {
    taker_fee: rateText(trading.feeRate(account, instrument, "taker")),
    maker_fee: rateText(trading.feeRate(account, instrument, "maker")),
  };
}

function spotFee(market: SpotMarket, account: Account, instrument: MarketInstrument): unknown {
  return {
    user_id: Number(account.uid),
    ...feeTexts(market, account, instrument),
    gt_discount: false,
    gt_taker_fee: "0",
    gt_maker_fee: "0",
    loan_fee: "0.18",
    point_type: "1",
    currency_pair: instrument.spec.exchangeSymbol,
    debit_fee: 3,
  };
}
