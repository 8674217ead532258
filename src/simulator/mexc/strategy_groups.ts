/**
 * Groups of accounts whose orders do not meet.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { internalId } from "./mexc_venue.ts";

/** Most groups of one owner. */
const maxGroups = 10;
/** Numbers of groups that were made over the interface, apart from those that accounts are opened with. */
const firstNumber = 1_000_000;

/** A self-trade prevention group. */
export interface StrategyGroup {
  readonly id: string;
  readonly name: string;
  /** Number that the matching engine knows it by. */
  readonly number: number;
  readonly owner: Account;
  /** Epoch milliseconds. */
  readonly createdMs: number;
  updatedMs: number;
  readonly members: Set<Account>;
}

/** Keeps groups. An account that is in several acts in the one that it entered last. */
export class StrategyGroups {
  readonly #groups: StrategyGroup[] = [];
  #made = 0;

  /** Makes an empty group; undefined when the owner has as many as allowed. @param nowMs Epoch milliseconds. */
  create(owner: Account, name: string, nowMs: number): StrategyGroup | undefined {
    if (this.#groups.filter((group) => group.owner === owner).length >= maxGroups) return undefined;
    const number = firstNumber + this.#made++;
    const times = { createdMs: nowMs, updatedMs: nowMs };
    const group = {
      id: internalId(`group ${number}`),
      name,
      number,
      owner,
      ...times,
      members: new Set<Account>(),
    };
    this.#groups.push(group);
    return group;
  }

  /** A group of this owner by its name or its id. */
  find(owner: Account, by: { readonly name: string } | { readonly id: string }): StrategyGroup | undefined {
    return this.#groups.find((group) =>
      group.owner === owner && ("name" in by ? group.name === by.name : group.id === by.id)
    );
  }

  /** Ends a group. */
  remove(group: StrategyGroup): void {
    this.#groups.splice(this.#groups.indexOf(group), 1);
    for (const account of group.members) this.#assign(account);
  }

  /** Takes an account into a group. @param nowMs Epoch milliseconds. */
  enter(group: StrategyGroup, account: Account, nowMs: number): void {
    group.members.add(account);
    group.updatedMs = nowMs;
    account.stpGroup = group.number;
  }

  /** Takes an account out of a group. @param nowMs Epoch milliseconds. */
  leave(group: StrategyGroup, account: Account, nowMs: number): void {
    if (!group.members.delete(account)) return;
    group.updatedMs = nowMs;
    this.#assign(account);
  }

  /** Orders that are open already keep the group that they were placed in. */
  #assign(account: Account): void {
    account.stpGroup = this.#groups.findLast(({ members }) => members.has(account))?.number ?? 0;
  }
}
