/**
 * Groups of users whose orders do not trade with each other.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { Account } from "../accounts/account.ts";
import type { AccountRegistry } from "../accounts/account_registry.ts";
import { stampMs } from "../venue_context.ts";
import { GateRestError, gateRestErrors } from "./gate_errors.ts";
import { scalarText } from "./gate_json.ts";

interface Group {
  readonly id: number;
  readonly name: string;
  readonly creator: string;
  /** Unix seconds. */
  readonly created: number;
}

/** Numbers of groups that are made here; lower ones belong to accounts that were opened with a group. */
const firstGroup = 10_240;

/** Self-trade prevention groups of one firm. Who creates a group manages it. UNCONFIRMED: who else may. */
export class AccountGroups {
  readonly #clock: Clock;
  readonly #accounts: AccountRegistry;
  readonly #groups = new Map<number, Group>();
  readonly #joined = new Map<Account, number>();

  constructor(clock: Clock, accounts: AccountRegistry) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  /** A new group. */
  create(creator: Account, name: string): unknown {
    const id = firstGroup + this.#groups.size;
    const group = { id, name, creator: creator.uid, created: this.#seconds };
    this.#groups.set(id, group);
    return groupDocument(group);
  }

  /** The groups of a creator. @param name Part of the name; UNCONFIRMED: that a part is enough. */
  list(creator: Account, name = ""): unknown[] {
    return [...this.#groups.values()]
      .filter((group) => group.creator === creator.uid && group.name.includes(name))
      .map(groupDocument);
  }

  /** Who is in a group. @throws {GateRestError} INVALID_PARAM_VALUE when there is no such group. */
  members(creator: Account, id: string): unknown[] {
    const group = this.#find(creator, id);
    return this.#accounts.accounts
      .filter((account) => account.family === "gateio" && account.stpGroup === group.id)
      .map((account) => ({
        user_id: Number(account.uid),
        stp_id: group.id,
        create_time: this.#joined.get(account) ?? group.created,
      }));
  }

  /** Takes users in; orders that are open keep the group that they were placed with. */
  join(creator: Account, id: string, users: unknown): unknown[] {
    const group = this.#find(creator, id);
    if (!Array.isArray(users)) throw gateRestErrors.invalidBody();
    for (const account of users.map((user) => this.#user(scalarText(user)))) {
      account.stpGroup = group.id;
      this.#joined.set(account, this.#seconds);
    }
    return this.members(creator, id);
  }

  /** Takes users out. @param users User ids, separated by commas. */
  leave(creator: Account, id: string, users: string): unknown[] {
    const group = this.#find(creator, id);
    for (const account of users.split(",").map((user) => this.#user(user))) {
      if (account.stpGroup === group.id) account.stpGroup = 0;
    }
    return this.members(creator, id);
  }

  get #seconds(): number {
    return Math.floor(stampMs(this.#clock) / 1000);
  }

  #find(creator: Account, id: string): Group {
    const group = this.#groups.get(Number(id));
    if (group?.creator !== creator.uid) throw gateRestErrors.badParameter("stp_id", id);
    return group;
  }

  #user(uid: string): Account {
    const account = this.#accounts.account("gateio", uid);
    if (account === undefined) throw new GateRestError(400, "SUB_ACCOUNT_NOT_FOUND", `No user ${uid}`);
    return account;
  }
}

function groupDocument({ id, name, creator, created }: Group): unknown {
  return { id, name, creator_id: Number(creator), create_time: created };
}
