/**
 * Where to listen.
 * @module
 */
import { ConfigError } from "../core/errors.ts";

/** A host and a port of this machine. */
export interface ListenAddress {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * Reads `127.0.0.1:9464` or `[::1]:9464`.
 *
 * @throws {ConfigError} when it is neither.
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new ConfigError(`"${text}" is not an address to listen on, such as 127.0.0.1:9464`);
  }
  return { hostname: (match[1] ?? match[2])!, port };
}
