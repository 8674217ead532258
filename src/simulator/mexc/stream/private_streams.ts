/**
 * The private channels of every account.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { LedgerEntry } from "../../accounts/ledger.ts";
import type { Subscriber, Topic } from "../../publish/topic.ts";
import type { TradingListener } from "../../trading/trading_events.ts";
import type { VenueFill, VenueOrder } from "../../trading/venue_order.ts";
import type { Frame } from "../../transport/server_port.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { accountFrame, dealFrame, orderFrame, privateChannels } from "./private_frames.ts";

/** One private channel of one account: encodes each event once for all who read it. */
class PrivateTopic implements Topic {
  readonly #subscribers = new Set<Subscriber>();
  readonly #venue: MexcVenue;
  readonly #account: Account;
  readonly #listener: TradingListener;

  /** @param listener Turns events into frames and hands them to `send`. */
  constructor(
    venue: MexcVenue,
    account: Account,
    listener: (send: (frame: Frame) => void) => TradingListener,
  ) {
    this.#venue = venue;
    this.#account = account;
    this.#listener = listener((frame) => {
      for (const subscriber of this.#subscribers) subscriber.push(frame);
    });
  }

  add(subscriber: Subscriber): void {
    if (this.#subscribers.size === 0) this.#venue.trading.events.listen(this.#listener, this.#account.uid);
    this.#subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#venue.trading.events.unlisten(this.#listener, this.#account.uid);
  }
}

/** Finds the private channels. */
export class PrivateStreams {
  readonly #venue: MexcVenue;
  readonly #topics = new Map<string, Topic>();

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The stream of this channel for an account, or undefined when there is none with this name. */
  find(channel: string, account: Account): Topic | undefined {
    const name = `${account.uid} ${channel}`;
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = this.#make(channel, account);
      if (topic !== undefined) this.#topics.set(name, topic);
    }
    return topic;
  }

  #make(channel: string, account: Account): Topic | undefined {
    const venue = this.#venue;
    switch (channel) {
      case privateChannels.account:
        return new PrivateTopic(venue, account, (send) => ({
          onBalance: (entry: LedgerEntry): void => send(accountFrame(entry, venue.nowMs)),
        }));
      case privateChannels.deals:
        return new PrivateTopic(venue, account, (send) => ({
          onFill: (fill: VenueFill): void => send(dealFrame(fill, venue.nowMs)),
        }));
      case privateChannels.orders:
        return new PrivateTopic(venue, account, (send) => this.#orders(send));
      default:
        return undefined;
    }
  }

  /** A fill is told right before the state that it brought its order into. */
  #orders(send: (frame: Frame) => void): TradingListener {
    let filled: VenueFill | undefined;
    return {
      onFill: (fill): void => {
        filled = fill;
      },
      onOrder: (order: VenueOrder): void => {
        const lots = filled?.order === order ? filled.lots : undefined;
        filled = undefined;
        const units = this.#venue.trading.units(order.instrument);
        send(orderFrame(order, units, lots, this.#venue.nowMs));
      },
    };
  }
}
