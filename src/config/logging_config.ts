/**
 * What is logged, how detailed and where to.
 * @module
 */
import * as v from "valibot";
import type { LogBackendSettings, LoggingSettings } from "../logging/logging_settings.ts";
import { inUnit, positiveTime, text, wholeNumber } from "./setting_schemas.ts";

const level = v.picklist(["debug", "info", "warn", "error"]);
const format = v.exactOptional(v.picklist(["text", "json"]));
const tag = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/,
    ({ received }) => `${received} is not a tag such as exchange.mexc.ws`,
  ),
);
const backendSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("console"),
    format,
    /** `auto`: colours on a terminal only. */
    colour: v.exactOptional(v.picklist(["auto", "always", "never"])),
  }),
  v.strictObject({
    kind: v.literal("file"),
    path: text,
    format,
    /** Size at which a new file begins, bytes. */
    maxBytes: v.exactOptional(
      v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(4_096), inUnit("bytes", "maxSize")),
    ),
    /** Whether a new file begins with every UTC day. */
    daily: v.exactOptional(v.boolean()),
    /** Older files that are kept. */
    keep: v.exactOptional(wholeNumber(0, 10_000)),
    /** Whether older files are compressed. */
    compress: v.exactOptional(v.boolean()),
  }),
  v.strictObject({ kind: v.literal("metrics") }),
  v.strictObject({
    kind: v.literal("audit"),
    path: text,
    /** When the file is forced to the disk. */
    sync: v.exactOptional(v.picklist(["batch", "interval", "none"])),
    /** Time between two of `interval`, milliseconds. */
    syncIntervalMs: v.exactOptional(positiveTime),
  }),
]);

const ringProblem = "must be a power of two from 64KiB to 256MiB";

/** The log. */
export const logSchema = v.pipe(
  v.strictObject({
    /** Lowest level of a tag that has none of its own. */
    level: v.optional(level, "info"),
    /** Lowest level by tag; the longest that fits counts. */
    levels: v.exactOptional(v.record(tag, level)),
    /** Room for records on their way, bytes. */
    ringBytes: v.exactOptional(
      v.pipe(
        v.number(),
        v.check(
          (size) => size >= 2 ** 16 && size <= 2 ** 28 && Number.isInteger(Math.log2(size)),
          ringProblem,
        ),
        inUnit("bytes", "ringSize"),
      ),
    ),
    /** Time between two looks into the ring, milliseconds. */
    drainIntervalMs: v.exactOptional(
      v.pipe(
        v.number(),
        v.finite("must be a finite number"),
        v.minValue(1),
        v.maxValue(60_000),
        inUnit("ms"),
      ),
    ),
    /** Where records may go, by name; a console when left out. */
    backends: v.exactOptional(v.record(v.string(), backendSchema)),
    /** Which records go where; all go to all backends when left out. */
    rules: v.exactOptional(
      v.array(
        v.strictObject({ tag: v.exactOptional(tag), level: v.exactOptional(level), to: v.array(v.string()) }),
      ),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { backends, rules = [] } = dataset.value;
    const names = Object.keys(backends ?? { console: 0 });
    rules.forEach((rule, index) => {
      rule.to.forEach((name, position) => {
        if (names.includes(name)) return;
        addIssue({
          message: `there is no backend ${JSON.stringify(name)}; use one of ${names.join(", ")}`,
          path: [
            { type: "object", origin: "value", input: dataset.value, key: "rules", value: rules },
            { type: "array", origin: "value", input: rules, key: index, value: rule },
            { type: "object", origin: "value", input: { ...rule }, key: "to", value: rule.to },
            { type: "array", origin: "value", input: rule.to, key: position, value: name },
          ],
        });
      });
    });
  }),
);

/** The section `log`. */
export type LogSection = v.InferOutput<typeof logSchema>;

/** The logging of a configuration. */
export class LoggingConfigManager {
  constructor(private readonly log: LogSection) {}

  /** What the logging runtime takes. */
  get settings(): LoggingSettings {
    const { backends = { console: { kind: "console" as const } }, rules, ...rest } = this.log;
    const list = Object.entries(backends).map(([name, backend]): LogBackendSettings => ({
      ...backend,
      name,
    }));
    return { ...rest, backends: list, rules: rules ?? [{ to: list.map(({ name }) => name) }] };
  }
}
