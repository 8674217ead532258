/**
 * MEXC's wallet: networks of coins, deposits, withdrawals.
 * @module
 */
import * as v from "valibot";
import type { NetworkStatus, TransferRecord } from "../../core/account.ts";
import { checkBody, checkRows, decimalText, wholeNumber } from "../wire_schema.ts";
import { ask } from "./private_answers.ts";
import { partsOf, type TimeRange, wholeList } from "./private_paging.ts";
import type { SignedSender } from "./private_sender.ts";

const dayMs = 86_400_000;
/** The venue's longest range and how far back it looks. */
const rangeMs = 7 * dayMs;
const reachMs = 90 * dayMs;
/** The reach is measured when the request arrives, so a request keeps away from its edge. */
const edgeMs = 60_000;
const rowLimit = 1000;

const text = v.nullish(v.string(), "");
const amount = v.nullish(decimalText);
const networkSchema = v.object({
  network: text,
  netWork: text,
  depositEnable: v.boolean(),
  withdrawEnable: v.boolean(),
  withdrawFee: amount,
  withdrawMin: amount,
  contract: text,
});
const coinSchema = v.object({ coin: v.string(), networkList: v.array(networkSchema) });
const namesSchema = v.array(v.looseObject({ coin: v.string() }));

const status = v.pipe(v.union([v.number(), v.string()]), v.transform(Number));
/** What deposits and withdrawals have in common. Newer rows have `netWork` too, the name that requests use. */
const transferFields = { amount: decimalText, coin: v.string(), network: text, netWork: text, status };
const depositSchema = v.object({
  ...transferFields,
  txId: text,
  insertTime: wholeNumber,
});
const withdrawalSchema = v.object({
  ...transferFields,
  id: v.string(),
  applyTime: wholeNumber,
});

type State = TransferRecord["status"];
/**
 * 1 small, 2 and 3 delayed, 4 pending, 5 success, 6 auditing, 7 rejected, 8 refund, 9 nearly there, 10 invalid,
 * 11 restricted, 12 completed. UNCONFIRMED: what a restricted one becomes; a new number counts as pending.
 */
const depositStates: Readonly<Record<number, State>> = {
  1: "failed",
  5: "done",
  7: "failed",
  8: "failed",
  10: "failed",
  12: "done",
};
/** 1 applied, 2 auditing, 3 waiting, 4 processing, 5 packaging, 6 confirming, 7 success, 8 failed, 9 cancelled, 10 manual. */
const withdrawalStates: Readonly<Record<number, State>> = { 7: "done", 8: "failed", 9: "failed" };

/**
 * Networks of some coins or of all. A coin's oddities stop only those who ask for it.
 *
 * @throws as {@link ask}, and {ProtocolError} when the answer is not as the protocol has it.
 */
export async function fetchNetworks(
  sender: SignedSender,
  coins: readonly string[] | undefined,
): Promise<NetworkStatus[]> {
  const what = "MEXC capital config";
  const body = await ask(sender, { method: "GET", path: "/api/v3/capital/config/getall", parameters: [] });
  const wanted = new Set(coins ?? checkBody(namesSchema, body, what).map(({ coin }) => coin));
  return checkRows(coinSchema, body, "coin", wanted, what).flatMap(({ coin, networkList }) =>
    networkList.map(({ network, netWork, ...terms }) => ({
      coin,
      // `netWork` is the name that requests use, `network` the one for people.
      network: netWork || network || "",
      depositEnabled: terms.depositEnable,
      withdrawEnabled: terms.withdrawEnable,
      withdrawFee: Number(terms.withdrawFee ?? NaN),
      withdrawMin: Number(terms.withdrawMin ?? NaN),
      contract: terms.contract ?? "",
    }))
  );
}

/**
 * Deposits and withdrawals from `sinceMs` on, of the last 90 days at most, oldest first. A withdrawal's amount has its
 * fee in it.
 *
 * @param nowMs The venue's time, epoch milliseconds.
 * @throws as {@link ask}, and {ProtocolError} when an answer is not as the protocol has it.
 */
export async function fetchTransfers(
  sender: SignedSender,
  sinceMs: number,
  nowMs: number,
): Promise<TransferRecord[]> {
  const records: TransferRecord[] = [];
  const range = { from: Math.max(sinceMs, nowMs - reachMs + edgeMs), to: nowMs };
  for (const part of partsOf(range, rangeMs)) {
    records.push(
      ...await listTransfers(sender, "deposits", "/api/v3/capital/deposit/hisrec", part, toDeposit),
    );
    records.push(
      ...await listTransfers(sender, "withdrawals", "/api/v3/capital/withdraw/history", part, toWithdrawal),
    );
  }
  return records.sort((a, b) => a.time - b.time);
}

function listTransfers(
  sender: SignedSender,
  what: string,
  path: string,
  range: TimeRange,
  read: (row: unknown) => TransferRecord,
): Promise<TransferRecord[]> {
  return wholeList({
    what,
    limit: rowLimit,
    page: async ({ from, to }) => {
      const parameters = [
        ["startTime", String(from)],
        ["endTime", String(to)],
        ["limit", String(rowLimit)],
      ] as const;
      const body = await ask(sender, { method: "GET", path, parameters });
      return checkBody(v.array(v.unknown()), body, `MEXC ${what}`).map(read);
    },
    timeOf: ({ time }) => time,
    idOf: ({ id, coin, time, amount }) => `${id} ${coin} ${time} ${amount}`,
  }, range);
}

function toDeposit(body: unknown): TransferRecord {
  const row = checkBody(depositSchema, body, "MEXC deposit");
  return {
    kind: "deposit",
    id: row.txId ?? "",
    ...placeOf(row),
    amount: Number(row.amount),
    status: depositStates[row.status] ?? "pending",
    time: row.insertTime,
  };
}

function toWithdrawal(body: unknown): TransferRecord {
  const row = checkBody(withdrawalSchema, body, "MEXC withdrawal");
  return {
    kind: "withdrawal",
    id: row.id,
    ...placeOf(row),
    amount: Number(row.amount),
    status: withdrawalStates[row.status] ?? "pending",
    time: row.applyTime,
  };
}

interface Place {
  readonly coin: string;
  readonly network?: string | null;
  readonly netWork?: string | null;
}

/** Coin and network. A coin of several networks may come with one at its end, such as `USDC-TRX` (seen by ccxt). */
function placeOf({ coin, network, netWork }: Place): Pick<TransferRecord, "coin" | "network"> {
  const ending = [network, netWork].map((name) => `-${name || "?"}`).find((end) => coin.endsWith(end));
  return {
    coin: ending === undefined ? coin : coin.slice(0, -ending.length),
    network: network || netWork || "",
  };
}
