/**
 * What a run shows of itself, and where.
 * @module
 */
import * as v from "valibot";

/** A host and a port of this machine. */
export interface ListenAddress {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Reads `127.0.0.1:9464` or `[::1]:9464`; undefined when it is neither. */
export function readListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match === null || port > 65_535 ? undefined : { hostname: (match[1] ?? match[2])!, port };
}

/** What a run shows. */
export const telemetrySchema = v.strictObject({
  /** Where metrics, health and compliance are shown, such as 127.0.0.1:9464; nowhere when left out. */
  listen: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (address) => readListenAddress(address) !== undefined,
        ({ input }) => `"${input}" is not an address to listen on, such as 127.0.0.1:9464`,
      ),
    ),
  ),
  /** Share of the opportunities that are traced for OpenTelemetry, such as 0.01. */
  traceShare: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
});
