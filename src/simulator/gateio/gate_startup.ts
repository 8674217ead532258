/**
 * What general clients ask about markets and accounts that this Gate.io does not have: most ask for all lists before
 * they do anything, and give up when one is not there.
 * @module
 */
import { privateAnswer, publicAnswer } from "./gate_answer.ts";
import type { GateModule } from "./gate_endpoint.ts";
import { GateRestError } from "./gate_errors.ts";

const emptyLists: readonly string[] = [
  "/margin/currency_pairs",
  "/margin/uni/currency_pairs",
  "/futures/btc/contracts",
  "/delivery/usdt/contracts",
  "/delivery/btc/contracts",
  "/options/underlyings",
];

/** UNCONFIRMED: label and wording for somebody who has a classic account. */
const notUnified = new GateRestError(400, "ACCOUNT_EXCEPTION", "Not a unified account");

/** Answers each list with no rows, and that nobody has a margin or a unified account. */
export const startupModule: GateModule = {
  endpoints: [
    ...emptyLists.map((path) => publicAnswer(`GET ${path}`, () => [])),
    privateAnswer("GET /margin/accounts", "read", () => []),
    privateAnswer("GET /unified/accounts", "read", () => {
      throw notUnified;
    }),
  ],
  privateChannels: new Map(),
  apiChannels: new Map(),
};
