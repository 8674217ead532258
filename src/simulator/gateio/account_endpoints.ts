/**
 * REST endpoints about the user: key, tier, groups against self-trading.
 * @module
 */
import { privateAnswer } from "./gate_answer.ts";
import type { GateEndpoint } from "./gate_endpoint.ts";
import type { AccountGroups } from "./account_groups.ts";

const classicMode = 1;
const neverExpires = "0001-01-01T00:00:00Z";

/** `/account/…` */
export function accountEndpoints(groups: AccountGroups): GateEndpoint[] {
  /** Who pays fees with GT, by user id. It is remembered and changes nothing: nobody has GT here. */
  const debiting = new Set<string>();
  return [
    privateAnswer("GET /account/detail", "read", ({ account }) => ({
      user_id: Number(account.uid),
      ip_whitelist: [],
      currency_pairs: [],
      key: { mode: classicMode },
      tier: 0,
      tier_expire_time: neverExpires,
      copy_trading_role: 0,
    })),
    privateAnswer("GET /account/rate_limit", "read", ({ call }) => {
      const since = String(Math.floor(call.nowMs / 86_400_000) * 86_400);
      return ["spot", "futures"].map((type) => ({
        type,
        tier: "1",
        ratio: "0",
        main_ratio: "0",
        updated_at: since,
      }));
    }),
    privateAnswer(
      "GET /account/debit_fee",
      "read",
      ({ account }) => ({ enabled: debiting.has(account.uid) }),
    ),
    // UNCONFIRMED: the status and that there is no body.
    privateAnswer("POST /account/debit_fee", "trade", ({ account, fields }) => {
      if (fields.choice("enabled", ["true", "false"]) === "true") debiting.add(account.uid);
      else debiting.delete(account.uid);
      return undefined;
    }, { status: 204 }),
    privateAnswer("GET /account/stp_groups", "read", ({ account, fields }) => {
      return groups.list(account, fields.optional("name"));
    }),
    privateAnswer("POST /account/stp_groups", "trade", ({ account, fields }) => {
      return groups.create(account, fields.required("name"));
    }),
    privateAnswer("GET /account/stp_groups/{stp_id}/users", "read", ({ account, fields }) => {
      return groups.members(account, fields.required("stp_id"));
    }),
    privateAnswer("POST /account/stp_groups/{stp_id}/users", "trade", ({ account, fields, call }) => {
      return groups.join(account, fields.required("stp_id"), call.body);
    }),
    privateAnswer("DELETE /account/stp_groups/{stp_id}/users", "trade", ({ account, fields }) => {
      return groups.leave(account, fields.required("stp_id"), fields.required("user_id"));
    }),
  ];
}
