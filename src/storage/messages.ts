/**
 * What the hot thread and the storage worker say to each other. Messages are handled in the order sent.
 * @module
 */
import type { Row, SqlValue } from "./database.ts";
import type { HistorySettings } from "./history_settings.ts";
import type { RowBatch } from "./row_batch.ts";
import type { ServerSettings } from "../config/server_settings.ts";

/** The run whose rows are stored. */
export interface RunRecord {
  /** A UUID that the program made. */
  readonly key: string;
  readonly mode: string;
  /** Seed of everything random in the run; null for none. */
  readonly seed: number | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** First message: opens the database, brings its schema up to date and announces the run. */
export interface OpenRequest {
  readonly type: "open";
  /** Folder of the database's files; null keeps everything in memory. */
  readonly dataDirectory: string | null;
  /** The server that has the database; null for the embedded one. */
  readonly server: ServerSettings | null;
  /** Where batches wait while the database is away; null for nowhere. */
  readonly spool: SpoolSettings | null;
  /** How long which rows are kept; without it the database is left as it is. */
  readonly history?: HistorySettings;
  readonly run: RunRecord;
}

/** Room for batches on the disk. */
export interface SpoolSettings {
  readonly directory: string;
  readonly maxBytes: number;
}

/** How it stands with the database. */
export interface DatabaseState {
  /** Whether there is a connection. */
  readonly connected: boolean;
  /** Times that the database came back after it had been away. */
  readonly reconnects: number;
  /** Rows and bytes that wait on the disk, also of earlier runs. */
  readonly spooledRows: number;
  readonly spooledBytes: number;
}

/** To the worker. */
export type StorageRequest =
  | OpenRequest
  | { readonly type: "batch"; readonly batch: RowBatch }
  | {
    readonly type: "query";
    readonly id: number;
    readonly sql: string;
    readonly parameters: readonly SqlValue[];
  }
  | { readonly type: "close"; readonly endedAt: number; readonly lostRows: number };

/** From the worker. After `failed` and `closed` nothing follows. A batch that is spooled is stored or dropped later. */
export type StorageReply =
  | { readonly type: "stored"; readonly sequence: number }
  | { readonly type: "spooled"; readonly sequence: number }
  | { readonly type: "dropped"; readonly sequence: number }
  | { readonly type: "refused"; readonly sequence: number; readonly message: string }
  | { readonly type: "state"; readonly state: DatabaseState }
  | { readonly type: "problem"; readonly message: string }
  | { readonly type: "rows"; readonly id: number; readonly rows: Row[] }
  | { readonly type: "queryFailed"; readonly id: number; readonly message: string }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "closed" };
