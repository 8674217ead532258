/**
 * The configuration of `cexarb simulate`: one YAML file.
 * @module
 */
import { parse } from "@std/yaml";
import * as v from "valibot";
import { ConfigError, errorMessage } from "../core/errors.ts";
import { exchanges } from "../core/exchange.ts";
import { faultRuleSchema } from "./faults/fault_rule.ts";

const keys = exchanges.map(({ key }) => key);
const exchangeKey = v.picklist(keys);
const finite = v.pipe(v.number(), v.finite("must be a finite number"));
const amount = v.pipe(finite, v.minValue(0));
const positive = v.pipe(finite, v.gtValue(0));
const port = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0);
const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const decimalHint = 'must be decimal text in quotes, such as "12.5"';
const decimal = v.pipe(v.string(decimalHint), v.regex(/^\d+(?:\.\d+)?$/, decimalHint));

const delaySchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("none") }),
  v.strictObject({ kind: v.literal("constant"), ms: amount }),
  v.strictObject({ kind: v.literal("exponential"), meanMs: amount }),
  v.strictObject({ kind: v.literal("lognormal"), medianMs: amount, sigma: amount }),
  v.strictObject({ kind: v.literal("recorded"), samplesMs: v.pipe(v.array(amount), v.minLength(1)) }),
]);

const listingEventSchema = v.strictObject({
  atMs: amount,
  exchange: exchangeKey,
  symbol: text,
  action: v.picklist(["halt", "resume", "delist"]),
  noticeMs: v.optional(amount, 0),
});

const modelSchema = v.strictObject({
  kind: v.literal("model"),
  /** Number of coins: the eight real ones, and invented ones beyond. */
  coins: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 8),
  /** Market events per second of the busiest coin on each venue. */
  eventsPerSecond: v.optional(amount, 20),
  /** Levels a side. */
  levels: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(2000)), 120),
  /** Whether invented coins follow a common factor. */
  correlated: v.optional(v.boolean(), false),
  /** How far a venue is behind the common price, milliseconds. */
  lagMs: v.optional(v.record(exchangeKey, amount), {}),
  /** What happens to listings, from the start of the market. */
  listings: v.optional(v.array(listingEventSchema), []),
  /** Halts at random moments. */
  halts: v.optional(v.strictObject({ meanGapMs: positive, minMs: positive, maxMs: positive })),
});

const tapeSchema = v.strictObject({
  kind: v.literal("tape"),
  /** Recorded best quotes, CSV or .csv.gz. */
  file: text,
  speed: v.optional(positive, 1),
  /** Base coin of the tape. */
  coin: v.optional(text, "TAPE"),
  /** Whose rules apply to a venue of the tape: its name to a key. */
  venues: v.optional(v.record(v.string(), text), {}),
  /** Base units a contract of a futures venue of the tape. */
  contractSizes: v.optional(v.record(v.string(), text), {}),
});

const captureSchema = v.strictObject({
  kind: v.literal("capture"),
  /** A recorded Gate.io spot session. */
  file: text,
  speed: v.optional(positive, 1),
});

const feeSchema = v.strictObject({ maker: finite, taker: finite });
const accountSchema = v.strictObject({
  family: v.picklist(["mexc", "gateio"]),
  uid: v.optional(text),
  apiKey: v.optional(text),
  secretKey: v.optional(text),
  permissions: v.optional(v.array(v.picklist(["trade", "withdraw"]))),
  /** By venue: coin to amount. */
  deposits: v.optional(v.record(exchangeKey, v.record(v.string(), decimal)), {}),
  /** Value of every listed coin on spot at its first price, quote. */
  inventory: v.optional(amount, 0),
  fees: v.optional(v.record(exchangeKey, feeSchema)),
  stpGroup: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

const seed = v.pipe(
  v.number(),
  v.check((value) => value === (value | 0), "must be a whole number from -2147483648 to 2147483647"),
);

const firstMoment = "2026-01-01T00:00:00Z";
/** YAML reads a time without quotes as a date. */
const moment = v.pipe(v.string(), v.isoTimestamp(`must be a time such as ${firstMoment}`));

const schema = v.strictObject({
  seed: v.optional(seed, 1),
  clock: v.optional(
    v.strictObject({
      /** `system` is the machine's; `simulated` stands until it is moved. */
      kind: v.optional(v.picklist(["system", "simulated"]), "system"),
      /** First moment of a simulated clock. */
      start: v.optional(
        v.union([moment, v.pipe(v.date(), v.transform((date) => date.toISOString()))]),
        firstMoment,
      ),
      /** Simulated seconds per second; 0 waits for the control port. */
      speed: v.optional(amount, 0),
    }),
    {},
  ),
  /** Ports on 127.0.0.1; 0 takes a free one. */
  ports: v.optional(v.strictObject({ mexc: port, gateio: port, control: port }), {}),
  market: v.optional(v.variant("kind", [modelSchema, tapeSchema, captureSchema]), { kind: "model" }),
  /** Delays on top of those of the sockets. */
  latency: v.optional(
    v.strictObject({
      feed: v.optional(delaySchema, { kind: "none" }),
      orderEntry: v.optional(delaySchema, { kind: "none" }),
      response: v.optional(delaySchema, { kind: "none" }),
    }),
    {},
  ),
  accounts: v.optional(v.array(accountSchema), []),
  faults: v.optional(v.array(faultRuleSchema), []),
});

/** A checked configuration. */
export type SimulationConfig = v.InferOutput<typeof schema>;

/**
 * Reads a configuration.
 *
 * @param source Name of the file, for errors.
 * @throws {ConfigError} with every path at which something is wrong.
 */
export function parseSimulationConfig(yaml: string, source: string): SimulationConfig {
  let document: unknown;
  try {
    document = parse(yaml) ?? {};
  } catch (error) {
    throw new ConfigError(`Cannot read ${source} as YAML: ${errorMessage(error)}`);
  }
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const lines = result.issues.map((issue) =>
    `  ${v.getDotPath(issue) ?? "(the whole file)"}: ${issue.message}`
  );
  throw new ConfigError(`Cannot use ${source}:\n${lines.join("\n")}`);
}
