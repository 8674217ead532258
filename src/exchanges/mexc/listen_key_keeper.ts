/**
 * The life of listen keys, which open MEXC's private stream: made, kept alive, given back.
 * @module
 */
import * as v from "valibot";
import type { Clock, Timer } from "../../core/clock.ts";
import { VenueError } from "../../core/errors.ts";
import type { RefusalReason } from "../../core/order_request.ts";
import type { Logger } from "../../logging/logger.ts";
import { checkBody } from "../wire_schema.ts";
import { ask, attempt } from "./private_answers.ts";
import type { PrivateRequest, SignedSender } from "./private_sender.ts";

/** What a {@link ListenKeyKeeper} takes. */
export interface ListenKeyKeeperOptions {
  readonly sender: SignedSender;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between two prolongations in milliseconds. Default 25 minutes; the venue advises 30. */
  readonly keepAliveMs?: number;
}

interface Key {
  readonly text: string;
  /** Found among the account's keys instead of made: somebody else may use it, so it is not ended. */
  readonly borrowed: boolean;
  /** Called once when the key is not valid any more. */
  readonly ended: () => void;
  /** Monotonic milliseconds of the last moment at which the venue said that it is valid. */
  confirmedAt: number;
  timer: Timer | undefined;
}

const path = "/api/v3/userDataStream";
const defaultKeepAliveMs = 25 * 60_000;
/** After a prolongation that came to nothing. */
const retryMs = 60_000;
/** A key is valid for 60 minutes from its last prolongation. */
const validMs = 60 * 60_000;
/** Refusals that say nothing about the key itself. */
const notAboutTheKey: readonly RefusalReason[] = ["rate", "clock", "signature", "permission"];
const keySchema = v.object({ listenKey: v.pipe(v.string(), v.nonEmpty()) });
const keysSchema = v.object({ listenKey: v.array(v.string()) });

/** Keeps the keys that somebody uses, and only those: an account may have 60. */
export class ListenKeyKeeper {
  readonly #keys = new Map<string, Key>();
  readonly #farewells = new Set<Promise<void>>();

  constructor(private readonly options: ListenKeyKeeperOptions) {}

  /** Keys in use. */
  get count(): number {
    return this.#keys.size;
  }

  /**
   * A key, kept alive until it is released or ends. When the venue makes no more, one of the account's valid keys is
   * shared: a key carries up to five connections.
   *
   * @param ended Called once when the venue does not know the key any more.
   * @throws {VenueError} when there is none to be had, and as {@link ask}.
   */
  async create(ended: () => void): Promise<string> {
    const { sender } = this.options;
    const outcome = await attempt(
      sender,
      request("POST"),
      (body) => checkBody(keySchema, body, "MEXC listen key"),
    );
    if (outcome.kind === "accepted") return this.#keep(outcome.value.listenKey, false, ended);
    const why = outcome.kind === "refused" ? `${outcome.code}: ${outcome.message}` : outcome.why;
    // UNCONFIRMED: how the venue refuses a 61st key, so any refusal is worth a look at those that exist.
    const other = outcome.kind === "refused" && outcome.reason !== "rate" ? await this.#unused() : undefined;
    if (other !== undefined) return this.#keep(other, true, ended);
    throw new VenueError(
      `MEXC makes no listen key: ${why}`,
      0,
      outcome.kind === "refused" ? outcome.code : "",
    );
  }

  /** Gives a key back: the venue ends it, and with it the connections that are left on it. */
  release(text: string): void {
    const key = this.#remove(text);
    if (key === undefined || key.borrowed) return;
    // What fails here heals itself: an unused key lapses within the hour.
    const farewell: Promise<void> = attempt(this.options.sender, request("DELETE", text), () => undefined)
      .then(() => {
        this.#farewells.delete(farewell);
      });
    this.#farewells.add(farewell);
  }

  /** Forgets a key that is not valid any more. */
  forget(text: string): void {
    this.#remove(text);
  }

  /** Resolves when the venue has answered to every key that was given back. */
  async finished(): Promise<void> {
    await Promise.all(this.#farewells);
  }

  async #unused(): Promise<string | undefined> {
    const body = await ask(this.options.sender, request("GET")).catch(() => undefined);
    const keys = v.safeParse(keysSchema, body);
    return keys.success ? keys.output.listenKey.findLast((text) => !this.#keys.has(text)) : undefined;
  }

  #keep(text: string, borrowed: boolean, ended: () => void): string {
    const { clock, logger } = this.options;
    const key: Key = { text, borrowed, ended, confirmedAt: clock.monotonicMs(), timer: undefined };
    this.#keys.set(text, key);
    if (borrowed) logger.warn("MEXC makes no more listen keys: sharing one", { keys: this.count });
    this.#schedule(key, this.options.keepAliveMs ?? defaultKeepAliveMs);
    return text;
  }

  #remove(text: string): Key | undefined {
    const key = this.#keys.get(text);
    key?.timer?.cancel();
    this.#keys.delete(text);
    return key;
  }

  #schedule(key: Key, delayMs: number): void {
    key.timer = this.options.clock.setTimer(delayMs, () => void this.#prolong(key));
  }

  async #prolong(key: Key): Promise<void> {
    const { sender, clock, logger, keepAliveMs = defaultKeepAliveMs } = this.options;
    const askedAt = clock.monotonicMs();
    const outcome = await attempt(sender, request("PUT", key.text), () => undefined);
    if (this.#keys.get(key.text) !== key) return;
    if (outcome.kind === "accepted") {
      key.confirmedAt = askedAt;
      this.#schedule(key, keepAliveMs);
      return;
    }
    // UNCONFIRMED: with which code the venue says that a key is not valid.
    const gone = outcome.kind === "refused" && !notAboutTheKey.includes(outcome.reason);
    if (!gone && clock.monotonicMs() - key.confirmedAt < validMs) {
      logger.warn("MEXC listen key not prolonged", {
        why: outcome.kind === "refused" ? outcome.code : outcome.why,
      });
      this.#schedule(key, retryMs);
      return;
    }
    logger.warn("MEXC listen key has ended");
    this.#remove(key.text);
    key.ended();
  }
}

function request(method: PrivateRequest["method"], listenKey?: string): PrivateRequest {
  return { method, path, parameters: listenKey === undefined ? [] : [["listenKey", listenKey]] };
}
