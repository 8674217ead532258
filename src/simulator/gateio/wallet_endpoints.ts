/**
 * REST endpoints of the wallet: balances, fees, transfers, deposits, withdrawals.
 * @module
 */
import { exchangeByKey } from "../../core/exchange.ts";
import { type Atoms, atomsToNumber, formatAtoms, parseAtoms } from "../accounts/atoms.ts";
import { type AccountCall, pageAnswer, privateAnswer, publicAnswer } from "./gate_answer.ts";
import type { GateEndpoint, GateLimit } from "./gate_endpoint.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import type { GateFields } from "./gate_fields.ts";
import { type GatePage, pageOf, spanOf } from "./gate_pages.ts";
import { rateText } from "./gate_text.ts";
import { feeTexts } from "./spot_account_endpoints.ts";
import { chainsOf } from "./spot_documents.ts";
import { settleCoin, type WalletMarket } from "./wallet_market.ts";
import {
  depositAddress,
  type WalletRecords,
  withdrawalDocument,
  withdrawalStatus,
} from "./wallet_records.ts";

const walletLimit: GateLimit = { requests: 80, windowMs: 10_000 };
const withdrawalLimit: GateLimit = { requests: 1, windowMs: 3000 };
const lookBackDays = 7;
const firstTransfer = 59_636_381_286;

/** `/wallet/…` and `/withdrawals`. */
export function walletEndpoints(market: WalletMarket, records: WalletRecords): GateEndpoint[] {
  const limited = { limit: walletLimit };
  let transfers = 0;
  return [
    privateAnswer("GET /wallet/fee", "read", (call) => fees(market, call)),
    privateAnswer("GET /wallet/total_balance", "read", (call) => totalBalance(market, call), limited),
    privateAnswer("POST /wallet/transfers", "trade", (call) => {
      const id = firstTransfer + transfers++;
      transfer(market, call, String(id));
      return { tx_id: id };
    }, limited),
    pageAnswer("GET /wallet/deposits", ({ account, fields }) => {
      return recordsPage(fields, market, records.deposits(account.uid), ({ document }) => document);
    }),
    pageAnswer("GET /wallet/withdrawals", ({ account, fields }) => {
      const { nowMs } = market.spot;
      return recordsPage(
        fields,
        market,
        records.withdrawals(account),
        (row) => withdrawalDocument(row, nowMs),
      );
    }),
    privateAnswer("GET /wallet/deposit_address", "read", ({ account, fields }) => {
      return addressDocument(account.uid, market.spot.coin(fields.required("currency"))!);
    }),
    privateAnswer("GET /wallet/withdraw_status", "read", ({ fields }) => {
      const coin = market.spot.coin(fields.optional("currency"));
      return (coin === undefined ? market.spot.coins : [coin]).map(withdrawStatus);
    }),
    publicAnswer(
      "GET /wallet/currency_chains",
      (fields) => chainsOf(market.spot.coin(fields.required("currency"))!).map(chainDocument),
    ),
    privateAnswer("POST /withdrawals", "withdraw", (call) => withdraw(market, records, call), {
      limit: withdrawalLimit,
    }),
    privateAnswer(
      "DELETE /withdrawals/{withdrawal_id}",
      "withdraw",
      (call) => cancelWithdrawal(market, records, call),
    ),
  ];
}

function recordsPage<Row extends { readonly timeMs: number; readonly coin: string }>(
  fields: GateFields,
  market: WalletMarket,
  rows: readonly Row[],
  document: (row: Row) => unknown,
): GatePage<unknown> {
  const coin = market.spot.coin(fields.optional("currency"));
  const inSpan = spanOf(fields, market.spot.nowMs, lookBackDays);
  const chosen = rows.filter((row) => (coin === undefined || row.coin === coin) && inSpan(row.timeMs));
  const page = pageOf(chosen, fields);
  return { rows: page.rows.map(document), headers: page.headers };
}

function fees(market: WalletMarket, { account, fields }: AccountCall): unknown {
  const pair = fields.optional("currency_pair");
  const instrument = pair === undefined ? market.spot.listed[0] : market.spot.instrument(pair);
  const futures = account.fees.get("GATEIO_FUTURES");
  const usual = exchangeByKey("GATEIO_FUTURES");
  return {
    user_id: Number(account.uid),
    ...(instrument === undefined ? {} : feeTexts(market.spot, account, instrument)),
    rpi_maker_fee: "0",
    gt_discount: false,
    gt_taker_fee: "0",
    gt_maker_fee: "0",
    loan_fee: "0.18",
    point_type: "1",
    futures_taker_fee: rateText(futures?.taker ?? usual.takerFee),
    futures_maker_fee: rateText(futures?.maker ?? usual.makerFee),
    futures_rpi_maker_fee: "0",
    delivery_taker_fee: "0.00016",
    delivery_maker_fee: "-0.00015",
    debit_fee: 3,
    rpi_mm: 0,
  };
}

/** Estimated values: the only figures here that are doubles. */
function totalBalance(market: WalletMarket, { account, fields }: AccountCall): unknown {
  const currency = fields.choice("currency", ["BTC", "USD", "USDT"], "USDT");
  const rate = currency === "BTC" ? market.price("BTC") : 1;
  const text = (value: number): string => (rate === 0 ? 0 : value / rate).toFixed(8).replace(/\.?0+$/, "");
  const wallet = market.spot.wallet(account);
  const spot = wallet.coins.reduce((sum, coin) => {
    const { available, locked } = wallet.balance(coin);
    return sum + atomsToNumber(available + locked) * market.price(coin);
  }, 0);
  const futures = atomsToNumber(market.funds.total(account));
  const pnl = text(atomsToNumber(market.funds.unrealisedPnl(account)));
  const none = { currency, amount: "0" };
  return {
    details: {
      cross_margin: none,
      spot: { currency, amount: text(spot) },
      finance: none,
      margin: { ...none, borrowed: "0" },
      quant: none,
      futures: { currency, amount: text(futures), unrealised_pnl: pnl },
      delivery: { ...none, unrealised_pnl: "0" },
      warrant: none,
      cbbc: none,
    },
    total: { currency, amount: text(spot + futures), unrealised_pnl: pnl, borrowed: "0" },
  };
}

function amountOf(fields: GateFields): Atoms {
  const text = fields.required("amount");
  const amount = parseAtoms(text);
  if (amount === undefined || amount <= 0n) throw gateRestErrors.badParameter("amount", text);
  return amount;
}

function transfer(market: WalletMarket, { account, fields }: AccountCall, reference: string): void {
  const places = ["spot", "margin", "futures", "delivery", "cross_margin", "options"];
  const [from, to] = [fields.choice("from", places), fields.choice("to", places)];
  const coin = market.spot.coin(fields.required("currency"))!;
  const amount = amountOf(fields);
  // UNCONFIRMED: the labels for accounts that nobody has here, and for a coin that futures do not settle in.
  if (new Set([from, to, "spot", "futures"]).size > 2 || from === to) {
    throw gateRestErrors.badParameter("to", to);
  }
  const settle = fields.optional("settle") ?? "usdt";
  if (settle.toLowerCase() !== "usdt") throw gateRestErrors.badParameter("settle", settle);
  if (coin !== settleCoin) throw gateRestErrors.invalidCurrency(coin);
  const [spot, futures] = [market.spot.wallet(account), market.futuresWallet(account)];
  const [source, target] = from === "spot" ? [spot, futures] : [futures, spot];
  const free = from === "spot" ? spot.balance(coin).available : market.funds.available(account);
  if (amount > free) {
    const label = from === "spot" ? "BALANCE_NOT_ENOUGH" : "FUTURES_BALANCE_NOT_ENOUGH";
    throw new GateRestError(400, label, `Not enough balance: ${formatAtoms(free)} ${coin} are free`);
  }
  source.change(coin, -amount, 0n, { cause: "transfer", reference });
  target.change(coin, amount, 0n, { cause: "transfer", reference });
}

function withdraw(
  market: WalletMarket,
  records: WalletRecords,
  { account, fields }: AccountCall,
): unknown {
  const coin = market.spot.coin(fields.required("currency"))!;
  const amount = amountOf(fields);
  const chainName = fields.required("chain");
  if (!chainsOf(coin).includes(chainName)) throw gateRestErrors.badParameter("chain", chainName);
  const orderId = fields.optional("withdraw_order_id") ?? "";
  if (orderId !== "" && records.withdrawals(account).some((row) => row.orderId === orderId)) {
    throw new GateRestError(400, "DUPLICATE_REQUEST", `withdraw_order_id ${orderId} was used before`);
  }
  const address = fields.required("address");
  const wallet = market.spot.wallet(account);
  if (amount > wallet.balance(coin).available) {
    throw new GateRestError(400, "BALANCE_NOT_ENOUGH", "Not enough balance");
  }
  const row = records.withdraw({
    account,
    orderId,
    coin,
    amount,
    address,
    memo: fields.optional("memo") ?? "",
    chain: chainName,
    timeMs: market.spot.nowMs,
  });
  wallet.change(coin, -amount, 0n, { cause: "withdrawal", reference: row.id });
  return withdrawalDocument(row, market.spot.nowMs);
}

function cancelWithdrawal(
  market: WalletMarket,
  records: WalletRecords,
  { account, fields }: AccountCall,
): unknown {
  const id = fields.required("withdrawal_id");
  const row = records.withdrawals(account).find((each) => each.id === id);
  if (row === undefined) throw new GateRestError(400, "INVALID_WITHDRAW_ID", `No withdrawal ${id}`);
  const { nowMs } = market.spot;
  if (withdrawalStatus(row, nowMs) !== "REQUEST") {
    throw new GateRestError(
      400,
      "INVALID_WITHDRAW_CANCEL_STATUS",
      "The withdrawal cannot be cancelled any more",
    );
  }
  row.cancelled = true;
  market.spot.wallet(account).change(row.coin, row.amount, 0n, { cause: "withdrawal", reference: id });
  return withdrawalDocument(row, nowMs);
}

function addressDocument(uid: string, coin: string): unknown {
  const own = depositAddress(uid, coin);
  return {
    currency: coin,
    address: own,
    min_deposit_amount: "0",
    multichain_addresses: chainsOf(coin).map((chain, index) => ({
      chain,
      address: index === 0 ? own : depositAddress(uid, `${coin} ${chain}`),
      payment_id: "",
      payment_name: "",
      obtain_failed: 0,
    })),
  };
}

/** Withdrawals cost nothing here and have no limit. */
function withdrawStatus(coin: string): unknown {
  return {
    currency: coin,
    name: coin,
    name_cn: coin,
    deposit: "0",
    withdraw_percent: "0%",
    withdraw_fix: "0",
    withdraw_day_limit: "1000000000",
    withdraw_day_limit_remain: "1000000000",
    withdraw_amount_mini: "0",
    withdraw_eachtime_limit: "1000000000",
    withdraw_fix_on_chains: Object.fromEntries(chainsOf(coin).map((chain) => [chain, "0"])),
    withdraw_percent_on_chains: Object.fromEntries(chainsOf(coin).map((chain) => [chain, "0%"])),
  };
}

function chainDocument(name: string): unknown {
  return {
    chain: name,
    name_cn: chainNames[name] ?? name,
    name_en: chainNames[name] ?? name,
    contract_address: "",
    is_disabled: 0,
    is_deposit_disabled: 0,
    is_withdraw_disabled: 0,
    decimal: "8",
  };
}

const chainNames: Readonly<Record<string, string>> = { ETH: "ETH/ERC20", TRX: "TRON/TRC20" };
