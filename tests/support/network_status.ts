/**
 * Networks of a coin as a venue may tell them.
 * @module
 */
import type { NetworkStatus } from "../../src/core/account.ts";

/** A network of HYPE that is open both ways and takes half a coin. */
export function network(name: string, changes: Partial<NetworkStatus> = {}): NetworkStatus {
  return {
    coin: "HYPE",
    network: name,
    depositEnabled: true,
    withdrawEnabled: true,
    withdrawFee: 0.5,
    withdrawMin: 1,
    contract: "0xAB",
    ...changes,
  };
}
