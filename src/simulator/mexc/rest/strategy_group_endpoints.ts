/**
 * Self-trade prevention groups.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { type StrategyGroup, StrategyGroups } from "../strategy_groups.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import type { Parameters } from "./parameters.ts";

const path = "/api/v3/strategy/group";

/**
 * The endpoints of groups. UNCONFIRMED: that all of them answer with the group, which right they need, and their
 * error codes; documented is the answer to a new group.
 */
export class StrategyGroupEndpoints {
  readonly #venue: MexcVenue;
  readonly #groups = new StrategyGroups();

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const group = { path, weight: 20 } as const;
    const member = { path: `${path}/uid`, access: "trade", weight: 20 } as const;
    return [
      { ...group, access: "trade", method: "POST", answer: (call) => this.#create(call) },
      { ...group, access: "read", method: "GET", answer: (call) => this.#answer(this.#named(call)) },
      { ...group, access: "trade", method: "DELETE", answer: (call) => this.#remove(call) },
      { ...member, method: "POST", answer: (call) => this.#enter(call) },
      { ...member, method: "DELETE", answer: (call) => this.#leave(call) },
    ];
  }

  #create({ parameters, account }: KeyedCall): unknown {
    const name = parameters.required("tradeGroupName");
    const group = this.#groups.create(account, name, this.#venue.nowMs);
    if (group === undefined) throw mexcErrors.notAllowed("too many groups");
    return this.#answer(group);
  }

  #remove(call: KeyedCall): unknown {
    const group = this.#identified(call);
    this.#groups.remove(group);
    return this.#answer(group);
  }

  #enter(call: KeyedCall): unknown {
    const group = this.#identified(call);
    for (const account of this.#members(call.parameters)) {
      this.#groups.enter(group, account, this.#venue.nowMs);
    }
    return this.#answer(group);
  }

  #leave(call: KeyedCall): unknown {
    const group = this.#identified(call);
    for (const account of this.#members(call.parameters)) {
      this.#groups.leave(group, account, this.#venue.nowMs);
    }
    return this.#answer(group);
  }

  #named({ parameters, account }: KeyedCall): StrategyGroup {
    const group = this.#groups.find(account, { name: parameters.required("tradeGroupName") });
    if (group === undefined) throw mexcErrors.recordMissing();
    return group;
  }

  #identified({ parameters, account }: KeyedCall): StrategyGroup {
    const group = this.#groups.find(account, { id: parameters.required("tradeGroupId") });
    if (group === undefined) throw mexcErrors.recordMissing();
    return group;
  }

  /** The accounts of a comma list. There are no sub-accounts here, so any account may be named. */
  #members(parameters: Parameters): Account[] {
    return parameters.required("uid").split(",").map((uid) => {
      const account = this.#venue.context.accounts.account("mexc", uid);
      if (account === undefined) throw mexcErrors.subAccountMissing();
      return account;
    });
  }

  #answer({ id, name, createdMs, updatedMs }: StrategyGroup): unknown {
    return {
      data: { tradeGroupName: name, tradeGroupId: id, createTime: createdMs, updateTime: updatedMs },
      code: 200,
      msg: "success",
      timestamp: this.#venue.nowMs,
    };
  }
}
