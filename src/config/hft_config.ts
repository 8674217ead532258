/**
 * The configuration of a run: one YAML file.
 * @module
 */
import { parse } from "@std/yaml";
import * as v from "valibot";
import { ConfigError, errorMessage } from "../core/errors.ts";
import { exchangeByKey, type ExchangeKey } from "../core/exchange.ts";
import { addressProblem } from "./server_settings.ts";

const amount = v.pipe(v.number(), v.finite("must be a finite number"), v.minValue(0));
const positive = v.pipe(v.number(), v.finite("must be a finite number"), v.gtValue(0));
const httpAddress = v.pipe(
  v.string(),
  v.regex(
    /^https?:\/\/\S+[^/\s]$/,
    ({ received }) => `${received} is not an http(s) address without slash at its end`,
  ),
);
const socketAddress = v.pipe(
  v.string(),
  v.regex(/^wss?:\/\/\S+$/, ({ received }) => `${received} is not a ws(s) address`),
);

/** Public addresses of the venues (protocols of the venues: REST base and market-data socket). */
const liveEndpoints: Record<ExchangeKey, { rest: string; ws: string }> = {
  MEXC_SPOT: { rest: "https://api.mexc.com", ws: "wss://wbs-api.mexc.com/ws" },
  GATEIO_SPOT: { rest: "https://api.gateio.ws/api/v4", ws: "wss://api.gateio.ws/ws/v4/" },
  GATEIO_FUTURES: { rest: "https://api.gateio.ws/api/v4", ws: "wss://fx-ws.gateio.ws/v4/ws/usdt" },
};

const exchangeSchema = v.nullish(
  v.strictObject({
    /** Base address of requests; the venue's own when left out. */
    rest: v.optional(httpAddress),
    /** Address of the market-data socket; the venue's own when left out. */
    ws: v.optional(socketAddress),
    /** `normal`: every 100 ms; `fast`: every 10 or 20 ms, Gate.io with 20 levels. */
    bookSpeed: v.optional(v.picklist(["normal", "fast"]), "normal"),
    /** `update` begins with a snapshot by request; `obu` (Gate.io only) with the whole book in the stream. */
    bookStream: v.optional(v.picklist(["update", "obu"]), "update"),
  }),
  {},
);

const tradingSchema = v.strictObject({
  /** Largest value of one trade, quote. */
  maxNotional: v.optional(positive, 1_000),
  /** Least edge of the last unit after fees, basis points. */
  minEdgeBps: v.optional(amount, 2),
  /** Least profit of a trade after fees, quote. */
  minProfit: v.optional(amount, 0.05),
  /** Largest value of a position in one coin or contract, quote. */
  maxPositionNotional: v.optional(positive, 5_000),
  /** Least profit of a round trip that takes a hedged position off, basis points. */
  exitProfitBps: v.optional(v.pipe(v.number(), v.finite("must be a finite number")), 2),
  /** A book that was not heard of for this long is stale, milliseconds. */
  maxBookAgeMs: v.optional(positive, 5_000),
});

/** A duration such as `30m`, `6h` or `3d`; null for never. */
const durationOrNever = v.exactOptional(v.nullable(v.string()));

const aggregateSchema = v.exactOptional(
  v.strictObject({
    refreshEvery: v.exactOptional(v.string()),
    refreshWithin: v.exactOptional(v.string()),
    compressAfter: durationOrNever,
    keep: durationOrNever,
  }),
);

/** Changes of how long is kept what is recorded; `HistorySettings` of the storage says what each of them means. */
const historySchema = v.strictObject({
  /** By name of the table. */
  tables: v.exactOptional(
    v.record(
      v.string(),
      v.strictObject({
        chunk: v.exactOptional(v.string()),
        compressAfter: durationOrNever,
        keep: durationOrNever,
      }),
    ),
  ),
  aggregates: v.exactOptional(v.strictObject({ minute: aggregateSchema, hour: aggregateSchema })),
  keepBatches: v.exactOptional(v.string()),
});

const interval = v.pipe(
  v.number(),
  v.integer("must be a whole number"),
  v.minValue(100),
  v.maxValue(86_400_000),
);

const recordingSchema = v.strictObject({
  /** Levels of each side of a recorded book; 0 records none. */
  depthLevels: v.optional(
    v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(0), v.maxValue(200)),
    10,
  ),
  /** Time between two records of a book that changed, and of its pressure, milliseconds. */
  depthIntervalMs: v.optional(interval, 1_000),
  /** Whether everybody's trades are recorded. */
  trades: v.optional(v.boolean(), true),
  /** Time between two records of latencies and of the feeds' state, milliseconds. */
  statusIntervalMs: v.optional(interval, 10_000),
  /** Time between two questions for the funding of all contracts, milliseconds. */
  fundingIntervalMs: v.optional(interval, 60_000),
  /** Time between two records of balances and positions, milliseconds. */
  balanceIntervalMs: v.optional(interval, 10_000),
});

const configSchema = v.strictObject({
  /** Paper is the only mode so far. */
  mode: v.optional(v.literal("paper"), "paper"),
  /** Whole number from which all randomness (jitter of reconnects, simulated markets) is derived. */
  seed: v.optional(
    v.pipe(
      v.number(),
      v.check((seed) => seed === (seed | 0), "must be a whole number from -2147483648 to 2147483647"),
    ),
    1,
  ),
  /** Venues by key. */
  exchanges: v.record(v.string(), exchangeSchema),
  /** Pairs such as `BTC/USDT`. */
  pairs: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.regex(
          /^[A-Z0-9]+\/[A-Z0-9]+$/,
          ({ received }) => `${received} is not a pair such as BTC/USDT, in upper case`,
        ),
      ),
    ),
    v.minLength(1, "at least one pair is needed"),
  ),
  trading: v.nullish(tradingSchema, {}),
  paper: v.nullish(
    v.strictObject({
      /** Quote on every venue at the start. */
      quoteBalance: v.optional(amount, 50_000),
      /** Value of each coin on every spot venue at the start, quote. */
      inventoryNotional: v.optional(amount, 5_000),
    }),
    {},
  ),
  storage: v.nullish(
    v.strictObject({
      /** Folder of the embedded database and of rows that wait for a server; in memory, or `data`, when left out. */
      dataDirectory: v.optional(v.pipe(v.string(), v.nonEmpty("must not be empty"))),
      /** A PostgreSQL server, `postgres://user@host:port/database`; the embedded database when left out. */
      server: v.optional(
        v.pipe(
          v.string(),
          v.check(
            (address) => addressProblem(address) === undefined,
            ({ input }) => addressProblem(input) ?? "",
          ),
        ),
      ),
      /** How the way to the server is protected; see {@link TlsMode}. */
      tls: v.optional(v.picklist(["disable", "require", "verify-full"])),
      /** PEM file with the authorities that may vouch for the server. */
      caFile: v.optional(v.pipe(v.string(), v.nonEmpty("must not be empty"))),
      /** How long what is recorded is kept; the storage checks that the durations fit. */
      history: v.optional(historySchema),
      /** Most room on the disk for rows that wait for the database, MiB. */
      maxSpoolMegabytes: v.optional(positive),
    }),
    {},
  ),
  recording: v.nullish(recordingSchema, {}),
  log: v.nullish(
    v.strictObject({ level: v.optional(v.picklist(["debug", "info", "warn", "error"]), "info") }),
    {},
  ),
});

type RawConfig = v.InferOutput<typeof configSchema>;

/** One venue of a run. */
export interface ExchangeSettings {
  readonly exchange: ExchangeKey;
  readonly endpoints: { readonly rest: string; readonly ws: string };
  readonly bookSpeed: "normal" | "fast";
  readonly bookStream: "update" | "obu";
}

/** A checked configuration. Holds no secrets. */
export interface HftConfig extends Omit<RawConfig, "exchanges" | "pairs"> {
  readonly exchanges: readonly ExchangeSettings[];
  readonly pairs: readonly { readonly base: string; readonly quote: string }[];
}

/**
 * Checks the text of a configuration file.
 *
 * @param name Name of the file, for errors.
 * @throws {ConfigError} with the file, the path inside it, and what is wrong there.
 */
export function parseConfig(text: string, name: string): HftConfig {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new ConfigError(`${name} is not YAML: ${errorMessage(error).trimEnd()}`);
  }
  if (value === null) {
    throw new ConfigError(`${name} is empty: it must name exchanges and pairs, as config/paper.yaml does`);
  }
  const result = v.safeParse(configSchema, value);
  if (!result.success) {
    const lines = result.issues.map((issue) => describe(issue, name));
    throw new ConfigError(lines.join("\n"));
  }
  return resolve(result.output, name);
}

function describe(issue: v.InferIssue<typeof configSchema>, name: string): string {
  const path = v.getDotPath(issue) ?? "the file";
  return `${name}: ${path}: ${problem(issue)}`;
}

/** What is wrong with a value, in the words of someone who writes YAML. */
function problem({ type, expected, received, message }: v.InferIssue<typeof configSchema>): string {
  if (type === "strict_object" && expected === "never") {
    return "there is no such setting; remove it or check its spelling";
  }
  if (type === "strict_object" && received === "undefined") return "is missing";
  if (expected === null || !message.startsWith("Invalid")) return message;
  return `must be ${
    inWords[expected] ?? expected.replaceAll(/[()]/g, "").replaceAll(" | ", " or ")
  }, not ${received}`;
}

/** What valibot expects, in words. */
const inWords: Readonly<Record<string, string>> = {
  Object: "settings of the form `name: value`",
  Array: "a list",
  string: "text",
  number: "a number",
  ">=0": "0 or more",
  ">=100": "100 or more",
  "<=86400000": "86400000 (a day) or less",
  "<=200": "200 or less",
  boolean: "true or false",
  ">0": "more than 0",
};

function resolve(raw: RawConfig, name: string): HftConfig {
  const exchanges = Object.entries(raw.exchanges).map(([key, settings]) => {
    const { exchange, endpoints } = lookUp(key, name);
    const bookStream = settings?.bookStream ?? "update";
    if (bookStream === "obu" && exchangeByKey(exchange).family === "MEXC") {
      throw new ConfigError(`${name}: exchanges.${key}.bookStream: MEXC has no obu, use update`);
    }
    return {
      exchange,
      endpoints: { rest: settings?.rest ?? endpoints.rest, ws: settings?.ws ?? endpoints.ws },
      bookSpeed: settings?.bookSpeed ?? "normal",
      bookStream,
    };
  });
  if (exchanges.length === 0) throw new ConfigError(`${name}: exchanges: at least one exchange is needed`);
  const pairs = [...new Set(raw.pairs)].map((pair) => {
    const [base = "", quote = ""] = pair.split("/");
    return { base, quote };
  });
  return { ...raw, exchanges, pairs };
}

function lookUp(
  key: string,
  name: string,
): { exchange: ExchangeKey; endpoints: { rest: string; ws: string } } {
  try {
    const exchange = exchangeByKey(key).key;
    return { exchange, endpoints: liveEndpoints[exchange] };
  } catch (error) {
    throw new ConfigError(`${name}: exchanges.${key}: ${errorMessage(error)}`);
  }
}
