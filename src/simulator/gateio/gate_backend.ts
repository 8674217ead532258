/**
 * What stands behind one Gate.io market: the streams and the endpoints.
 * @module
 */
import type { TruthBook } from "../market/truth_book.ts";
import type { Topic } from "../publish/topic.ts";
import type { GateModule } from "./gate_endpoint.ts";

/** A market of Gate.io as its host and its sessions use it. */
export interface GateBackend {
  /**
   * The streams that a subscribe request names. All or none: one unknown symbol refuses the request.
   *
   * @param headers Headers of the handshake.
   * @throws {GateWsError} when the channel, the payload or a symbol is wrong.
   */
  topics(channel: string, payload: readonly unknown[], headers: Headers): Topic[];
  /** Endpoints, private channels and trading channels. Asked once. */
  module(): GateModule;
  /** The true book of a symbol, or undefined when there is none (yet). */
  truth(symbol: string): TruthBook | undefined;
}
