/**
 * What an endpoint of the REST interface is.
 * @module
 */
import type { Account, ApiKey } from "../../accounts/account.ts";
import type { Parameters } from "./parameters.ts";

/** Methods that the interface knows. */
export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

/** What a key must be allowed to do. Every key may read. */
export type Access = "read" | "trade" | "withdraw";

/** Limits that a request counts against besides the bucket of its endpoint. */
export type Pace = "orders" | "batch" | "account";

/** A request to a public endpoint. */
export interface PublicCall {
  readonly parameters: Parameters;
}

/** A request whose signature was found to be right. */
export interface KeyedCall extends PublicCall {
  readonly key: ApiKey;
  readonly account: Account;
}

interface EndpointLine {
  readonly method: HttpMethod;
  /** Path from the root of the host. */
  readonly path: string;
  /** Weight of a request in the bucket of the endpoint. */
  readonly weight: number | ((parameters: Parameters) => number);
  readonly paces?: readonly Pace[];
}

/** An endpoint for everybody, counted per address. */
export interface PublicEndpoint extends EndpointLine {
  readonly access: "public";
  /** The body of the answer. @throws {MexcError} */
  readonly answer: (call: PublicCall) => unknown;
}

/** An endpoint that takes signed requests only, counted per account. */
export interface KeyedEndpoint extends EndpointLine {
  readonly access: Access;
  /** The body of the answer. @throws {MexcError} */
  readonly answer: (call: KeyedCall) => unknown;
}

/** One line of the table. */
export type Endpoint = PublicEndpoint | KeyedEndpoint;
