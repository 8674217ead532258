/**
 * The venues of a run.
 * @module
 */
import * as v from "valibot";
import { ConfigError } from "../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import {
  type EnvironmentCredentials,
  findCredentials,
  type ReadVariable,
  requireCredentials,
} from "./credentials.ts";

/** Public addresses of the venues (protocols of the venues: REST base and market-data socket). */
const liveEndpoints: Readonly<Record<ExchangeKey, { readonly rest: string; readonly ws: string }>> = {
  MEXC_SPOT: { rest: "https://api.mexc.com", ws: "wss://wbs-api.mexc.com/ws" },
  GATEIO_SPOT: { rest: "https://api.gateio.ws/api/v4", ws: "wss://api.gateio.ws/ws/v4/" },
  GATEIO_FUTURES: { rest: "https://api.gateio.ws/api/v4", ws: "wss://fx-ws.gateio.ws/v4/ws/usdt" },
};

const noPassword = "must not hold a user or password: keys of accounts come from the environment";

function hasNoUser(address: string): boolean {
  return !/^\w+:\/\/[^/?#]*@/.test(address);
}

const httpAddress = v.pipe(
  v.string(),
  v.check(hasNoUser, noPassword),
  v.regex(
    /^https?:\/\/\S+[^/\s]$/,
    ({ received }) => `${received} is not an http(s) address without slash at its end`,
  ),
);
const socketAddress = v.pipe(
  v.string(),
  v.check(hasNoUser, noPassword),
  v.regex(/^wss?:\/\/\S+$/, ({ received }) => `${received} is not a ws(s) address`),
);

const common = {
  /** Base address of requests; the venue's own when left out. */
  rest: v.optional(httpAddress),
  /** Address of the market-data socket; the venue's own when left out. */
  ws: v.optional(socketAddress),
  /** `normal`: every 100 ms; `fast`: every 10 or 20 ms, Gate.io with 20 levels. */
  bookSpeed: v.optional(v.picklist(["normal", "fast"]), "normal"),
};

const mexcSchema = v.nullish(
  v.strictObject({
    ...common,
    /** MEXC has no `obu`. */
    bookStream: v.optional(
      v.picklist(
        ["update"],
        ({ input }) =>
          input === "obu" ? "MEXC has no obu, use update" : `must be "update", not ${JSON.stringify(input)}`,
      ),
      "update",
    ),
  }),
  {},
);

const gateioSchema = v.nullish(
  v.strictObject({
    ...common,
    /** `update` begins with a snapshot by request; `obu` with the whole book in the stream. */
    bookStream: v.optional(v.picklist(["update", "obu"]), "update"),
  }),
  {},
);

/** Venues by key. */
export const exchangesSchema = v.pipe(
  v.strictObject({
    MEXC_SPOT: v.exactOptional(mexcSchema),
    GATEIO_SPOT: v.exactOptional(gateioSchema),
    GATEIO_FUTURES: v.exactOptional(gateioSchema),
  }),
  v.check(
    (exchanges) => Object.keys(exchanges).length > 0,
    "at least one exchange is needed, such as MEXC_SPOT:",
  ),
);

/** One venue of a run. */
export interface ExchangeSettings {
  readonly exchange: ExchangeKey;
  readonly endpoints: { readonly rest: string; readonly ws: string };
  readonly bookSpeed: "normal" | "fast";
  readonly bookStream: "update" | "obu";
}

/** The venues in an order, with their addresses. */
export function exchangeSettings(
  exchanges: v.InferOutput<typeof exchangesSchema>,
  order: readonly string[],
): ExchangeSettings[] {
  return order.map((name) => {
    const { key: exchange } = exchangeByKey(name);
    const { rest, ws, bookSpeed = "normal", bookStream = "update" } = exchanges[exchange] ?? {};
    const { [exchange]: live } = liveEndpoints;
    return { exchange, endpoints: { rest: rest ?? live.rest, ws: ws ?? live.ws }, bookSpeed, bookStream };
  });
}

/** The venues of a configuration, and the keys of their accounts. */
export class ExchangeConfigManager {
  /**
   * @param all The venues, in the order of the file.
   * @param read Reads a variable of the environment.
   */
  constructor(
    readonly all: readonly ExchangeSettings[],
    private readonly read: ReadVariable = Deno.env.get,
  ) {}

  /** The settings of a venue; undefined when the configuration does not name it. */
  find(exchange: ExchangeKey): ExchangeSettings | undefined {
    return this.all.find((settings) => settings.exchange === exchange);
  }

  /**
   * The settings of a venue.
   *
   * @throws {ConfigError} when the configuration does not name it.
   */
  get(exchange: ExchangeKey): ExchangeSettings {
    const settings = this.find(exchange);
    if (settings !== undefined) return settings;
    throw new ConfigError(`The configuration does not name the exchange ${exchange}: add it to exchanges`);
  }

  /**
   * The keys of a venue's account; undefined when the environment has none.
   *
   * @throws {ConfigError} as {@link findCredentials}.
   */
  findCredentials(exchange: ExchangeKey): EnvironmentCredentials | undefined {
    return findCredentials(exchange, this.read);
  }

  /**
   * The keys of a venue's account.
   *
   * @throws {ConfigError} naming the variables to set, when there are none.
   */
  requireCredentials(exchange: ExchangeKey): EnvironmentCredentials {
    return requireCredentials(exchange, this.read);
  }
}
