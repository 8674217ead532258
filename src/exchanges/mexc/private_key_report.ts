/**
 * What MEXC says about a key.
 * @module
 */
import * as v from "valibot";
import type { KeyReport } from "../../core/account.ts";
import { checkBody } from "../wire_schema.ts";
import { ask } from "./private_answers.ts";
import type { MexcPrivateRest } from "./private_rest.ts";
import type { SignedSender } from "./private_sender.ts";

const flag = v.nullish(v.boolean());
const accountSchema = v.object({
  accountType: v.nullish(v.string(), ""),
  canTrade: flag,
  canWithdraw: flag,
  canDeposit: flag,
});

/**
 * Asks about the key. MEXC tells what the account may do; the rights of the key itself show only in refusals (700007).
 *
 * @throws as the signed REST client.
 */
export async function fetchKeyReport(sender: SignedSender, rest: MexcPrivateRest): Promise<KeyReport> {
  const request = { method: "GET", path: "/api/v3/account", parameters: [] } as const;
  const account = checkBody(accountSchema, await ask(sender, request), "MEXC account");
  const rights = { trade: account.canTrade, withdraw: account.canWithdraw, deposit: account.canDeposit };
  return {
    uid: await rest.uid(),
    accountType: account.accountType ?? "",
    permissions: Object.entries(rights).filter(([, given]) => given === true).map(([name]) => name),
    addresses: undefined,
    symbols: await rest.apiSymbols(),
  };
}
