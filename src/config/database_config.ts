/**
 * Where what is recorded goes, and how long it stays.
 * @module
 */
import * as v from "valibot";
import { addressProblem, type ServerSettings, serverSettings } from "./server_settings.ts";
import { inUnit, text } from "./setting_schemas.ts";

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

/** The database. */
export const storageSchema = v.strictObject({
  /** Folder of the embedded database and of rows that wait for a server; in memory, or `data`, when left out. */
  dataDirectory: v.optional(text),
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
  caFile: v.optional(text),
  /** How long what is recorded is kept; the storage checks that the durations fit. */
  history: v.optional(historySchema),
  /** Most room on the disk for rows that wait for the database, MiB. */
  maxSpoolMegabytes: v.optional(
    v.pipe(v.number(), v.finite("must be a finite number"), v.gtValue(0), inUnit("MiB")),
  ),
});

/** The section `storage`. */
export type StorageSection = v.InferOutput<typeof storageSchema>;

/** The database of a configuration. */
export class DatabaseConfigManager {
  constructor(private readonly storage: StorageSection) {}

  /** The server with its defaults; undefined for the embedded database. Holds no password. */
  get server(): ServerSettings | undefined {
    const { server, tls, caFile } = this.storage;
    return server === undefined ? undefined : serverSettings(server, { tls, caFile });
  }

  /** Folder of the embedded database, or of rows that wait for the server; undefined for a database in memory. */
  get dataDirectory(): string | undefined {
    return this.storage.dataDirectory ?? (this.storage.server === undefined ? undefined : "data");
  }

  /** Most room for rows that wait, bytes; undefined for the storage's own bound. */
  get maxSpoolBytes(): number | undefined {
    const { maxSpoolMegabytes } = this.storage;
    return maxSpoolMegabytes === undefined ? undefined : maxSpoolMegabytes * 2 ** 20;
  }

  /** Changes of how long is kept what is recorded. */
  get history(): StorageSection["history"] {
    return this.storage.history;
  }
}
