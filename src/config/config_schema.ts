/**
 * The schema of a configuration file: all sections.
 * @module
 */
import * as v from "valibot";
import type { MovedSettings } from "./config_tree.ts";
import { storageSchema } from "./database_config.ts";
import { exchangesSchema } from "./exchange_config.ts";
import { executionSchema } from "./execution_config.ts";
import { logSchema } from "./logging_config.ts";
import { networkSchema } from "./network_config.ts";
import { recordingSchema } from "./recording_config.ts";
import { riskSchema } from "./risk_config.ts";
import { telemetrySchema } from "./telemetry_config.ts";
import { paperSchema, tradingSchema } from "./trading_config.ts";

const pair = v.pipe(
  v.string(),
  v.regex(
    /^[A-Z0-9]+\/[A-Z0-9]+$/,
    ({ received }) => `${received} is not a pair such as BTC/USDT, in upper case`,
  ),
);

/** A whole configuration. */
export const configSchema = v.strictObject({
  /**
   * `observe` sees and records and trades nothing; `paper` trades on an account of its own; `live` trades with money, if
   * the command line says so too.
   */
  mode: v.optional(v.picklist(["observe", "paper", "live"]), "paper"),
  /** Whole number from which all randomness (jitter of reconnects, simulated markets) is derived. */
  seed: v.optional(
    v.pipe(
      v.number(),
      v.check((seed) => seed === (seed | 0), "must be a whole number from -2147483648 to 2147483647"),
    ),
    1,
  ),
  /** Venues by key. */
  exchanges: exchangesSchema,
  /** Pairs such as `BTC/USDT`. */
  pairs: v.pipe(v.array(pair), v.minLength(1, "at least one pair is needed, such as [BTC/USDT]")),
  trading: v.nullish(tradingSchema, {}),
  risk: v.nullish(riskSchema, {}),
  execution: v.nullish(executionSchema, {}),
  paper: v.nullish(paperSchema, {}),
  network: v.nullish(networkSchema, {}),
  storage: v.nullish(storageSchema, {}),
  recording: v.nullish(recordingSchema, {}),
  log: v.nullish(logSchema, {}),
  telemetry: v.nullish(telemetrySchema, {}),
});

/** Limits stood with the strategy before they had a section. */
export const movedSettings: MovedSettings = [
  { from: "trading", to: "risk", names: ["maxNotional", "maxPositionNotional", "maxBookAgeMs"] },
];

/** What the schema makes of a file. */
export type RawConfig = v.InferOutput<typeof configSchema>;
