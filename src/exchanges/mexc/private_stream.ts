/**
 * MEXC's private stream: orders, fills and balances of a spot account.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Network } from "../../core/network.ts";
import type { SeededRandom } from "../../core/random.ts";
import type { Logger } from "../../logging/logger.ts";
import type { PrivateChannels, PrivateStream } from "../interfaces/private_stream.ts";
import { PrivateReports } from "../private_reports.ts";
import { ListenKeyKeeper } from "./listen_key_keeper.ts";
import { BalanceMerge } from "./private_balances.ts";
import { decodePrivateEvent, type PrivateEvent } from "./private_codec.ts";
import { PrivateLine, type PrivateLineListener } from "./private_line.ts";
import type { SignedSender } from "./private_sender.ts";

/** What a {@link MexcPrivateStream} takes. */
export interface MexcPrivateStreamOptions {
  /** Way of the requests about listen keys. */
  readonly sender: SignedSender;
  /** Address of the WebSocket, without listen key. */
  readonly url: string;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly logger: Logger;
  /** The instruments that are traded. Orders and fills of others are not told. */
  readonly instruments: readonly Instrument[];
  /**
   * Connections that tell the same at the same time, each with a listen key of its own, so that the loss of one loses
   * nothing. Default 2.
   */
  readonly connections?: number;
  /** Age at which a connection is replaced, milliseconds. Default 23 hours; the venue closes it at 24. */
  readonly maxAgeMs?: number;
  /** Time between two prolongations of a listen key, milliseconds. Default 25 minutes. */
  readonly keepAliveMs?: number;
}

const defaultMaxAgeMs = 23 * 3_600_000;
/**
 * What a connection tells from its first moment on may overlap with what another one had not told yet when it was
 * lost: only a connection that has been live this long stands in for another without a gap.
 */
const settledMs = 5000;
/** Decode errors that are logged in full; the rest is only counted. */
const loggedErrors = 10;

/** Tells each event once, whichever connection brings it first. */
export class MexcPrivateStream implements PrivateStream, PrivateLineListener {
  readonly #options: MexcPrivateStreamOptions;
  readonly #handlers: Partial<PrivateChannels> = {};
  readonly #instruments: ReadonlyMap<string, Instrument>;
  readonly #keys: ListenKeyKeeper;
  readonly #reports = new PrivateReports();
  readonly #balances = new BalanceMerge();
  readonly #lines = new Set<PrivateLine>();
  /** Lines that are being replaced, by their successors. */
  readonly #predecessors = new Map<PrivateLine, PrivateLine>();
  readonly #retirements = new Map<PrivateLine, Timer>();
  #opened = 0;
  #decodeErrors = 0;
  #live = false;

  constructor(options: MexcPrivateStreamOptions) {
    this.#options = options;
    this.#instruments = new Map(options.instruments.map((each) => [each.exchangeSymbol, each]));
    this.#keys = new ListenKeyKeeper(options);
  }

  get isLive(): boolean {
    return this.#live;
  }

  /** Frames that the protocol does not allow. */
  get decodeErrors(): number {
    return this.#decodeErrors;
  }

  /** Listen keys in use. */
  get listenKeys(): number {
    return this.#keys.count;
  }

  bind<Channel extends keyof PrivateChannels>(channel: Channel, handler: PrivateChannels[Channel]): void {
    this.#handlers[channel] = handler;
  }

  start(): void {
    if (this.#lines.size > 0) return;
    for (let index = 0; index < (this.#options.connections ?? 2); index++) this.#openLine();
  }

  stop(): void {
    for (const timer of this.#retirements.values()) timer.cancel();
    this.#retirements.clear();
    this.#predecessors.clear();
    for (const line of this.#lines) line.stop();
    this.#lines.clear();
    this.#live = false;
  }

  /** Resolves when the venue has answered to every listen key that was given back. */
  finished(): Promise<void> {
    return this.#keys.finished();
  }

  onLive(line: PrivateLine): void {
    const old = this.#predecessors.get(line);
    if (old !== undefined) {
      this.#retirements.set(line, this.#options.clock.setTimer(settledMs, () => this.#retire(line, old)));
    }
    if (this.#live) return;
    this.#live = true;
    this.#handlers.live?.();
  }

  onLost(line: PrivateLine): void {
    this.#retirements.get(line)?.cancel();
    this.#retirements.delete(line);
    this.#leave(line);
    // A line that was to be replaced anyway need not come back.
    const successor = [...this.#predecessors].find(([, old]) => old === line)?.[0];
    if (successor !== undefined) this.#retire(successor, line);
  }

  onAged(line: PrivateLine): void {
    if (!this.#lines.has(line) || [...this.#predecessors.values()].includes(line)) return;
    this.#predecessors.set(this.#openLine(), line);
  }

  onEvent(line: PrivateLine, bytes: Uint8Array): void {
    try {
      this.#tell(line, decodePrivateEvent(bytes, this.#instruments));
    } catch (error) {
      this.#countError(error);
    }
  }

  #tell(line: PrivateLine, event: PrivateEvent): void {
    if (event.kind === "order" && this.#reports.passesOrder(event.report)) {
      this.#handlers.order?.(event.report);
    } else if (event.kind === "fill" && this.#reports.passesFill(event.fill)) {
      this.#handlers.fill?.(event.fill);
    } else if (event.kind === "balance" && this.#balances.take(line, event.balance)) {
      this.#handlers.balance?.(event.balance);
    }
  }

  /** What could not be read may have been anything: who listens is told to ask. */
  #countError(error: unknown): void {
    this.#decodeErrors += 1;
    if (this.#decodeErrors <= loggedErrors) {
      this.#options.logger.error("Cannot decode a private frame", { error: errorMessage(error) });
    }
    this.#interrupt();
  }

  /** Tells of a gap that is over already. */
  #interrupt(): void {
    if (!this.#live) return;
    this.#handlers.lost?.();
    if (this.#live) this.#handlers.live?.();
  }

  #openLine(): PrivateLine {
    const { random, maxAgeMs = defaultMaxAgeMs } = this.#options;
    this.#opened += 1;
    const name = `MEXC_SPOT private #${this.#opened}`;
    const options = { ...this.#options, name, random: random.fork(name), keys: this.#keys, maxAgeMs };
    const line = new PrivateLine(options, this);
    this.#lines.add(line);
    line.start();
    return line;
  }

  /** Ends a line whose successor has taken over. */
  #retire(successor: PrivateLine, old: PrivateLine): void {
    this.#retirements.get(successor)?.cancel();
    this.#retirements.delete(successor);
    this.#predecessors.delete(successor);
    if (!this.#lines.delete(old)) return;
    const wasLive = old.liveSince !== undefined;
    old.stop();
    if (wasLive) this.#leave(old);
  }

  /** Goes on without a line that was live. */
  #leave(line: PrivateLine): void {
    const now = this.#options.clock.monotonicMs();
    const others = [...this.#lines].filter((other) => other !== line && other.liveSince !== undefined)
      .sort((a, b) => a.liveSince! - b.liveSince!);
    const [heir] = others;
    for (const balance of this.#balances.end(line, heir)) this.#handlers.balance?.(balance);
    if (heir === undefined) {
      this.#live = false;
      this.#handlers.lost?.();
    } else if (now - heir.liveSince! < settledMs) this.#interrupt();
  }
}
