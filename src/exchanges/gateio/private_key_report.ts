/**
 * What Gate.io says about a key.
 * @module
 */
import * as v from "valibot";
import type { KeyReport } from "../../core/account.ts";
import { checkBody } from "../wire_schema.ts";
import type { GateioSender } from "./private_sender.ts";
import { idText } from "./private_values.ts";

const detailSchema = v.object({
  user_id: idText,
  ip_whitelist: v.nullish(v.array(v.string())),
  currency_pairs: v.nullish(v.array(v.string()), []),
  key: v.nullish(v.object({ mode: v.optional(v.number()) })),
});
const modes: Readonly<Record<number, string>> = { 1: "classic", 2: "unified" };

/**
 * Asks about the key. Which rights it has shows only in refusals (FORBIDDEN, READ_ONLY).
 *
 * @throws as `GateioSender.ask`.
 */
export async function fetchKeyReport(sender: GateioSender): Promise<KeyReport> {
  const { body } = await sender.ask("/account/detail");
  const detail = checkBody(detailSchema, body, "Gate.io's account detail");
  const pairs = detail.currency_pairs ?? [];
  const mode = detail.key?.mode;
  return {
    uid: detail.user_id,
    accountType: mode === undefined ? "" : modes[mode] ?? `mode ${mode}`,
    permissions: undefined,
    addresses: detail.ip_whitelist ?? undefined,
    symbols: pairs.length === 0 ? undefined : new Set(pairs),
  };
}
