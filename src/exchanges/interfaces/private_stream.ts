/**
 * What a venue's private WebSocket client tells.
 * @module
 */
import type { PositionReport } from "../../core/account.ts";
import type { BalanceSnapshot } from "../../core/balance.ts";
import type { Fill } from "../../core/fill.ts";
import type { OrderReport } from "../../core/order_request.ts";

/** The channels. Structs belong to the receiver. */
export interface PrivateChannels {
  order(report: OrderReport): void;
  fill(fill: Fill): void;
  balance(balance: BalanceSnapshot): void;
  /** Futures only. */
  position(position: PositionReport): void;
  /** Every private subscription is confirmed: from now on nothing is missed. */
  live(): void;
  /** The streams are interrupted: what happens now is not told. */
  lost(): void;
}

/** A private WebSocket client. It keeps itself connected, subscribed and authorised until it is stopped. */
export interface PrivateStream {
  /** Sets the handler of a channel; the last one set counts. */
  bind<Channel extends keyof PrivateChannels>(channel: Channel, handler: PrivateChannels[Channel]): void;
  start(): void;
  stop(): void;
  /** Whether nothing is missed at this moment. */
  readonly isLive: boolean;
}
