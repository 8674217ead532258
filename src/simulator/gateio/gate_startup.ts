/**
 * Lists of markets that this Gate.io does not have. General clients ask for all of them before they do anything, and
 * give up when one is not there.
 * @module
 */
import { publicAnswer } from "./gate_answer.ts";
import type { GateModule } from "./gate_endpoint.ts";

const emptyLists: readonly string[] = [
  "/margin/currency_pairs",
  "/margin/uni/currency_pairs",
  "/futures/btc/contracts",
  "/delivery/usdt/contracts",
  "/delivery/btc/contracts",
  "/options/underlyings",
];

/** Answers each of them with no rows. */
export const startupModule: GateModule = {
  endpoints: emptyLists.map((path) => publicAnswer(`GET ${path}`, () => [])),
  privateChannels: new Map(),
  apiChannels: new Map(),
};
