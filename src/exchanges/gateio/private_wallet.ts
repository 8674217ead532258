/**
 * Networks, deposits and withdrawals of Gate.io.
 * @module
 */
import * as v from "valibot";
import type { NetworkStatus, TransferRecord } from "../../core/account.ts";
import { checkBody, wordIn } from "../wire_schema.ts";
import { allRows, spansSince } from "./private_listing.ts";
import type { GateioSender } from "./private_sender.ts";
import { idText, maybeUnsigned, moment, unsigned } from "./private_values.ts";

const flag = v.nullish(v.boolean(), false);
const chainSchema = v.object({
  name: v.string(),
  addr: v.nullish(v.string(), ""),
  withdraw_disabled: flag,
  deposit_disabled: flag,
});
const currencySchema = v.object({
  currency: v.string(),
  delisted: flag,
  chain: v.nullish(v.string(), ""),
  withdraw_disabled: flag,
  deposit_disabled: flag,
  chains: v.nullish(v.array(chainSchema)),
});
const withdrawSchema = v.object({
  currency: v.string(),
  withdraw_amount_mini: maybeUnsigned,
  withdraw_fix_on_chains: v.nullish(v.record(v.string(), maybeUnsigned), {}),
});
const recordSchema = v.object({
  id: idText,
  currency: v.string(),
  chain: v.nullish(v.string(), ""),
  amount: unsigned,
  status: v.string(),
  timestamp: moment,
});

/** Ends of a movement; every other status (REQUEST, MANUAL, PEND, PROCES, …) is on its way. */
const ends: Readonly<Record<string, TransferRecord["status"]>> = {
  DONE: "done",
  CANCEL: "failed",
  FAIL: "failed",
  INVALID: "failed",
};
const pageLimit = 1_000;

/**
 * Whether coins can be moved, per network. Errors as `GateioSender.ask`.
 *
 * @param coins All coins when undefined; those that the venue does not know are left out.
 */
export async function fetchNetworks(
  sender: GateioSender,
  coins: readonly string[] | undefined,
): Promise<NetworkStatus[]> {
  const wanted = coins === undefined ? undefined : new Set(coins);
  if (wanted?.size === 0) return [];
  const one = wanted?.size === 1 ? [...wanted][0] : undefined;
  const [currencies, limits] = await Promise.all([
    sender.ask("/spot/currencies"),
    sender.ask("/wallet/withdraw_status", { currency: one }),
  ]);
  const fees = new Map(
    checkBody(v.array(withdrawSchema), limits.body, "Gate.io's withdraw_status").map((
      row,
    ) => [row.currency, row]),
  );
  const rows = checkBody(
    v.array(v.looseObject({ currency: v.string() })),
    currencies.body,
    "Gate.io's currencies",
  );
  return rows.filter(({ currency }) => wanted?.has(currency) ?? true).flatMap((row) => {
    const coin = checkBody(currencySchema, row, `Gate.io's currency ${row.currency}`);
    return networksOf(coin, fees.get(coin.currency));
  });
}

function networksOf(
  coin: v.InferOutput<typeof currencySchema>,
  limits: v.InferOutput<typeof withdrawSchema> | undefined,
): NetworkStatus[] {
  const { currency, chain, withdraw_disabled, deposit_disabled, delisted } = coin;
  const chains = coin.chains ??
    (chain === "" ? [] : [{ name: chain, addr: "", withdraw_disabled, deposit_disabled }]);
  return chains.map((each) => ({
    coin: currency,
    network: each.name,
    depositEnabled: !delisted && !deposit_disabled && !each.deposit_disabled,
    withdrawEnabled: !delisted && !withdraw_disabled && !each.withdraw_disabled,
    withdrawFee: wordIn(limits?.withdraw_fix_on_chains ?? {}, each.name) ?? NaN,
    withdrawMin: limits?.withdraw_amount_mini ?? NaN,
    contract: each.addr,
  }));
}

/** Deposits and withdrawals from an epoch millisecond on, oldest first. Errors as `GateioSender.ask`. */
export async function fetchTransfers(sender: GateioSender, sinceMs: number): Promise<TransferRecord[]> {
  const [deposits, withdrawals] = await Promise.all([
    records(sender, "deposit", sinceMs),
    records(sender, "withdrawal", sinceMs),
  ]);
  return [...deposits, ...withdrawals].sort((a, b) => a.time - b.time);
}

async function records(
  sender: GateioSender,
  kind: TransferRecord["kind"],
  sinceMs: number,
): Promise<TransferRecord[]> {
  const found = new Map<string, TransferRecord>();
  for (const span of spansSince(sinceMs, sender.nowMs)) {
    const rows = await allRows(sender, {
      path: `/wallet/${kind}s`,
      query: { ...span },
      schema: recordSchema,
      limit: pageLimit,
      by: "offset",
    }, ({ id }) => id);
    for (const { id, currency, chain, amount, status, timestamp } of rows) {
      const record = {
        kind,
        id,
        coin: currency,
        network: chain,
        amount,
        status: wordIn(ends, status) ?? "pending",
      };
      // Stamps are whole seconds.
      if (timestamp >= Math.floor(sinceMs / 1000) * 1000) found.set(id, { ...record, time: timestamp });
    }
  }
  return [...found.values()];
}
