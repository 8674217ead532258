/**
 * Keys of accounts, from the environment. They are read when a verb needs them and are nowhere else.
 * @module
 */
import { ConfigError } from "../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import { Secret } from "../core/secret.ts";

/** A key and its secret. */
export interface EnvironmentCredentials {
  readonly apiKey: Secret;
  readonly secretKey: Secret;
}

/** Reads an environment variable; undefined when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/** Names of the variables of a venue: key, secret. Venues of one company have the same. */
export function credentialVariables(exchange: ExchangeKey): readonly [apiKey: string, secretKey: string] {
  const { family } = exchangeByKey(exchange);
  return [`${family}_API_KEY`, `${family}_API_SECRET`];
}

/**
 * The credentials of a venue; undefined when none of its variables is set. An empty one counts as not set.
 *
 * @throws {ConfigError} when only one of the two is set, or the program may not read them.
 */
export function findCredentials(
  exchange: ExchangeKey,
  read: ReadVariable = Deno.env.get,
): EnvironmentCredentials | undefined {
  const names = credentialVariables(exchange);
  const [apiKey, secretKey] = names.map((name) => readVariable(name, read));
  if (apiKey === undefined && secretKey === undefined) return undefined;
  if (apiKey === undefined || secretKey === undefined) {
    const [there, missing] = apiKey === undefined ? [names[1], names[0]] : names;
    throw new ConfigError(`${there} is set and ${missing} is not: set both for ${exchange}, or none`);
  }
  return { apiKey: new Secret(apiKey), secretKey: new Secret(secretKey) };
}

/**
 * The credentials of a venue.
 *
 * @throws {ConfigError} when one is missing; it names the variables to set.
 */
export function requireCredentials(exchange: ExchangeKey, read?: ReadVariable): EnvironmentCredentials {
  const credentials = findCredentials(exchange, read);
  if (credentials !== undefined) return credentials;
  throw new ConfigError(
    `${exchange} needs an account: set the environment variables ${
      credentialVariables(exchange).join(" and ")
    }`,
  );
}

function readVariable(name: string, read: ReadVariable): string | undefined {
  try {
    return read(name)?.trim() || undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new ConfigError(`The program may not read ${name}: start it with --allow-env=${name}`);
  }
}
