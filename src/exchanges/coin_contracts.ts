/**
 * Where the contracts of a company's coins are told to everybody.
 * @module
 */
import type { CoinContract } from "../core/coin_identity.ts";
import { exchangeByKey, type ExchangeFamily, type ExchangeKey } from "../core/exchange.ts";
import type { Network } from "../core/network.ts";
import { RestClient } from "../net/rest_client.ts";
import { fetchGateioCoinContracts } from "./gateio/public_coins.ts";
import { gateioErrorCode } from "./gateio/public_request.ts";

/** Asks a company for the contracts of its coins. Errors as `RestClient.get`, and {ProtocolError}. */
export type CoinContractSource = () => Promise<readonly CoinContract[]>;

/** MEXC tells contracts only to an account: `/api/v3/capital/config/getall` of its private client (`networks`). */
const publicSources: Readonly<
  Record<ExchangeFamily, ((network: Network, baseUrl: string) => CoinContractSource) | undefined>
> = {
  MEXC: undefined,
  GATEIO: (network, baseUrl) => {
    const client = new RestClient({ network, baseUrl, errorCode: gateioErrorCode });
    return () => fetchGateioCoinContracts(client);
  },
};

/**
 * The source of a venue's company that needs no account; undefined when there is none.
 *
 * @param baseUrl Start of every address, without a slash at its end.
 */
export function getCoinContractSource(
  exchange: ExchangeKey,
  network: Network,
  baseUrl: string,
): CoinContractSource | undefined {
  return publicSources[exchangeByKey(exchange).family]?.(network, baseUrl);
}
