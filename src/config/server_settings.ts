/**
 * Where a PostgreSQL server is, and how it is talked to.
 * @module
 */
import { ConfigError } from "../core/errors.ts";

/**
 * How a connection is protected.
 * - `disable`: in the clear.
 * - `require`: encrypted, whoever the server is.
 * - `verify-full`: encrypted, and the server proves its name with a certificate of a trusted authority.
 */
export type TlsMode = "disable" | "require" | "verify-full";

/** A server. The password is no part of it: it is read from the environment as `PGPASSWORD`. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly tls: TlsMode;
  /** PEM file with the authorities trusted by `verify-full`; those of the system when it is null. */
  readonly caFile: string | null;
  /** Longest time that a statement may take, milliseconds; 30,000. */
  readonly statementTimeoutMs?: number;
  /** Longest time that a connection may take to be made, milliseconds; 10,000. */
  readonly connectTimeoutMs?: number;
  /** Connections for queries, beside the one that writes; 4. */
  readonly queryConnections?: number;
}

/** Settings that an address does not hold. */
export interface TlsSettings {
  /** `disable` for this machine, `verify-full` for any other, when it is left out. */
  readonly tls?: TlsMode | undefined;
  readonly caFile?: string | undefined;
}

/** What is wrong with the address of a server; undefined when it is one. */
export function addressProblem(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === "") {
    return "is not of the form postgres://user@host:port/database";
  }
  // The address itself is not shown: it holds what nobody should read.
  if (url.password !== "") return "must not hold a password: set PGPASSWORD in the environment";
  if (url.search !== "" || url.hash !== "") return "takes no parameters: TLS has settings of its own";
  if (url.username === "" || url.pathname.length < 2) {
    return "must name a user and a database, as in postgres://user@host:port/database";
  }
  return undefined;
}

/**
 * Reads an address such as `postgres://user@host:5432/database`.
 *
 * @throws {ConfigError} when it is none, or holds a password.
 */
export function serverSettings(address: string, { tls, caFile }: TlsSettings = {}): ServerSettings {
  const problem = addressProblem(address);
  if (problem !== undefined) throw new ConfigError(`The address of the server ${problem}`);
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const local = host === "localhost" || host === "::1" || /^127\./.test(host);
  return {
    host,
    port: url.port === "" ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
    tls: tls ?? (local ? "disable" : "verify-full"),
    caFile: caFile ?? null,
  };
}
