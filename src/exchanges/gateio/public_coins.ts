/**
 * What Gate.io tells everybody about coins.
 * @module
 */
import * as v from "valibot";
import type { CoinContract } from "../../core/coin_identity.ts";
import type { RestClient } from "../../net/rest_client.ts";
import { sortRows } from "../wire_schema.ts";

/** A row of `/spot/currencies`: `addr` is the token's address, empty for a network's own coin. */
const coinSchema = v.object({
  currency: v.string(),
  chains: v.nullish(v.array(v.object({ name: v.string(), addr: v.nullish(v.string(), "") })), []),
});

/**
 * The contracts of all coins; a coin whose row is not as the protocol has it tells none.
 *
 * @throws as `RestClient.get`, and {ProtocolError} when the answer is no list of coins.
 */
export async function fetchGateioCoinContracts(client: RestClient): Promise<CoinContract[]> {
  const body = await client.get("/spot/currencies");
  const { readable } = sortRows(coinSchema, body, "currency", "Gate.io currencies");
  return readable.flatMap(({ currency, chains }) =>
    (chains ?? []).map(({ name, addr }) => ({ coin: currency, network: name, contract: addr ?? "" }))
  );
}
