/**
 * Gate.io's private streams: one connection, every subscription signed, spot or futures.
 * @module
 */
import * as v from "valibot";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Clock, Timer } from "../../core/clock.ts";
import { CexarbError, errorMessage, ProtocolError } from "../../core/errors.ts";
import type { Network } from "../../core/network.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import type { BackoffOptions } from "../../net/backoff.ts";
import { WebSocketConnection } from "../../net/websocket_connection.ts";
import type { PrivateChannels, PrivateStream } from "../interfaces/private_stream.ts";
import { checkBody } from "../wire_schema.ts";
import { parseLossless } from "../lossless_json.ts";
import { LenientClock } from "./private_clock.ts";
import { BalanceWatch } from "./private_balance_watch.ts";
import type { PrivateChannelSet, RowListener } from "./private_channels.ts";
import type { GateioSigner } from "./private_signer.ts";
import { amount, maybeMoment } from "./private_values.ts";

/** What futures streams ask a REST client for. */
export interface FuturesAccount {
  /** The number of the user, which subscriptions name. */
  userId(): Promise<string>;
  /** The balance as it is now. */
  balances(): Promise<BalanceSnapshot[]>;
}

/** What a stream is made of. */
export interface GateioStreamOptions {
  readonly url: string;
  readonly network: Network;
  /** The venue's time, as near as it is known: it is signed. */
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  readonly signer: GateioSigner;
  readonly channels: PrivateChannelSet;
  /** Needed for futures. */
  readonly account?: FuturesAccount;
  readonly backoff?: BackoffOptions;
}

const heartbeatMs = 10_000;
const silenceMs = 25_000;
/** Time within which all subscriptions must be confirmed. */
const confirmationMs = 10_000;
const envelopeSchema = v.object({
  channel: v.string(),
  event: v.optional(v.string(), ""),
  id: v.nullish(v.number()),
  time: maybeMoment,
  time_ms: maybeMoment,
  error: v.nullish(v.object({ code: v.nullish(amount), message: v.nullish(v.string(), "") })),
  result: v.optional(v.unknown()),
});
type Envelope = v.InferOutput<typeof envelopeSchema>;
const failedSchema = v.object({ status: v.literal("fail") });

/** Keeps the private streams of one market up. */
export class GateioPrivateStream implements PrivateStream {
  readonly #options: GateioStreamOptions;
  readonly #connection: WebSocketConnection;
  readonly #clock: LenientClock;
  readonly #handlers: Partial<PrivateChannels> = {};
  readonly #rows: RowListener;
  readonly #balances: BalanceWatch | undefined;
  /** Subscriptions without an answer: their channels by the number of the request. */
  readonly #pending = new Map<number, string>();
  #confirmation: Timer | undefined;
  #userId: string | undefined;
  #attempt = 0;
  #requests = 0;
  #live = false;

  constructor(options: GateioStreamOptions) {
    this.#options = options;
    const { network, random, logger, url, account, backoff, channels: { prefix } } = options;
    const clock = this.#clock = new LenientClock(options.clock);
    this.#balances = account && new BalanceWatch({
      clock,
      logger,
      fetch: () => account.balances(),
      tell: (balance) => this.#handlers.balance?.(balance),
    });
    this.#rows = {
      order: (report) => this.#handlers.order?.(report),
      fill: (fill) => this.#handlers.fill?.(fill),
      balance: (balance) => this.#handlers.balance?.(balance),
      position: (position) => this.#handlers.position?.(position),
      balanceChanged: () => this.#balances?.hint(),
    };
    this.#connection = new WebSocketConnection({
      name: `Gate.io ${prefix} private`,
      url,
      network,
      clock,
      random,
      logger,
      ...(backoff === undefined ? {} : { backoff }),
      heartbeatMs,
      heartbeat: (epochMs) => JSON.stringify({ time: Math.floor(epochMs / 1000), channel: `${prefix}.ping` }),
      silenceMs,
      dataSilenceMs: Infinity,
    }, {
      onOpen: () => void this.#subscribe(),
      onText: (text) => this.#receive(text),
      onBinary: () => false,
      onLost: () => this.#lose(),
    });
  }

  get isLive(): boolean {
    return this.#live;
  }

  bind<Channel extends keyof PrivateChannels>(channel: Channel, handler: PrivateChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
    this.#forget();
    this.#live = false;
  }

  async #subscribe(): Promise<void> {
    const attempt = ++this.#attempt;
    try {
      const { account } = this.#options;
      if (account !== undefined && this.#userId === undefined) this.#userId = await account.userId();
      // The connection may have been replaced meanwhile.
      if (attempt === this.#attempt) this.#sendSubscriptions();
    } catch (error) {
      if (!(error instanceof CexarbError)) throw error;
      if (attempt === this.#attempt) this.#connection.restart(`cannot subscribe: ${errorMessage(error)}`);
    }
  }

  #sendSubscriptions(): void {
    const { channels, signer, clock } = this.#options;
    const time = Math.floor(clock.epochMs() / 1000);
    for (const { channel, payload } of channels.subscriptions(this.#userId ?? "")) {
      const id = ++this.#requests;
      this.#pending.set(id, channel);
      const auth = signer.subscription(channel, "subscribe", time);
      this.#connection.send(JSON.stringify({ time, id, channel, event: "subscribe", payload, auth }));
    }
    this.#confirmation = this.#clock.setTimer(confirmationMs, () => {
      this.#connection.restart(`not confirmed: ${[...this.#pending.values()].join(", ")}`);
    });
  }

  #receive(text: string): boolean {
    try {
      return this.#read(checkBody(envelopeSchema, parseLossless(text, "Gate.io's push"), "Gate.io's push"));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // What it said is lost, so this is not live any more: whoever listens starts anew from requests.
      this.#options.logger.error("Cannot read a private push", { error: errorMessage(error) });
      this.#connection.restart("a push that cannot be read");
      return false;
    }
  }

  /** Returns whether it was data. */
  #read(envelope: Envelope): boolean {
    const { channel, event, result } = envelope;
    if (event === "subscribe") this.#confirm(envelope);
    else if (event === "update" || event === "all") {
      if (channel.endsWith(".system")) {
        this.#options.logger.warn("The venue announces something", { text: JSON.stringify(result) });
        return false;
      }
      const timeMs = envelope.time_ms ?? envelope.time ?? this.#clock.epochMs();
      this.#options.channels.read(channel, Array.isArray(result) ? result : [result], timeMs, this.#rows);
      return true;
    }
    return false;
  }

  #confirm({ channel, id, error, result }: Envelope): void {
    if (error || v.is(failedSchema, result)) {
      const why = `${error?.code ?? ""} ${error?.message ?? "refused"}`.trim();
      this.#options.logger.error("A private subscription was refused", { channel, why });
      this.#connection.restart(`${channel} was refused: ${why}`);
      return;
    }
    if (!this.#pending.delete(id ?? this.#oldestOf(channel)) || this.#pending.size > 0) return;
    this.#confirmation?.cancel();
    this.#live = true;
    this.#handlers.live?.();
  }

  /** The subscription that an answer without a number is about; every channel is asked for once. */
  #oldestOf(channel: string): number {
    return [...this.#pending].find(([, name]) => name === channel)?.[0] ?? 0;
  }

  #lose(): void {
    this.#forget();
    if (!this.#live) return;
    this.#live = false;
    this.#handlers.lost?.();
  }

  #forget(): void {
    this.#attempt += 1;
    this.#pending.clear();
    this.#confirmation?.cancel();
    this.#balances?.stop();
  }
}
