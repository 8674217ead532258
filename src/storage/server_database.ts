/**
 * A PostgreSQL server.
 * @module
 */
import { Buffer } from "node:buffer";
import type { Writable } from "node:stream";
import { setImmediate } from "node:timers";
import postgres from "postgres";
import { DatabaseAwayError, databaseError } from "./database_errors.ts";
import type { Database, Row, SqlValue } from "./database.ts";
import type { ServerSettings } from "../config/server_settings.ts";
import { serverSocket } from "./server_socket.ts";

const defaultStatementTimeoutMs = 30_000;
/** How much longer than the server's own limit an answer may take before the connection counts as dead. */
const graceMs = 5_000;
/** Time that a connection may take to say goodbye, seconds. */
const goodbyeS = 1;
/** Piece of a COPY that is written at once, bytes. */
const pieceBytes = 256 * 1024;

const bigint = {
  to: 20,
  from: [20],
  serialize: (value: unknown): string => String(value),
  parse: (text: string): number | bigint => {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : BigInt(text);
  },
};

type Client = postgres.Sql<{ bigint: number | bigint }>;
type Session = Pick<Client, "unsafe">;

type Within = <Value>(answer: Promise<Value>) => Promise<Value>;

/** A server on two sets of connections: several for queries, one for everything that changes data. */
export class ServerDatabase implements Database {
  readonly #queries: Client;
  readonly #writer: Client;
  readonly #statementTimeoutMs: number;

  private constructor(settings: ServerSettings) {
    this.#statementTimeoutMs = settings.statementTimeoutMs ?? defaultStatementTimeoutMs;
    this.#queries = connectTo(
      settings,
      settings.queryConnections ?? 4,
      this.#statementTimeoutMs,
      forQuestions,
    );
    this.#writer = connectTo(settings, 1, this.#statementTimeoutMs, {});
  }

  /**
   * Connects to the server.
   *
   * @throws {DatabaseAwayError} when it cannot be reached or lets nobody in.
   */
  static async open(settings: ServerSettings): Promise<ServerDatabase> {
    const database = new ServerDatabase(settings);
    try {
      await database.#within(rowsOf(database.#writer, "select 1", []));
      return database;
    } catch (error) {
      await database.close();
      throw new DatabaseAwayError(
        `The database server ${settings.host}:${settings.port} is away: ${databaseError(error).message}`,
      );
    }
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#within(rowsOf(this.#queries, sql, parameters));
  }

  async script(sql: string): Promise<void> {
    await withoutTimeout(this.#writer, async () => {
      await this.#writer.unsafe(sql).simple();
    }, "set");
  }

  async transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    const within: Within = (answer) => this.#within(answer);
    // A migration may take long, so the limit is on each statement, and on the first and the last.
    const begun = Promise.withResolvers<void>();
    const worked = Promise.withResolvers<void>();
    const all = this.#writer.begin(async (session) => {
      begun.resolve();
      try {
        return await work(inTransaction(session, within));
      } finally {
        worked.resolve();
      }
    }) as Promise<Result>;
    try {
      await this.#within(Promise.race([begun.promise, all]));
      await Promise.race([worked.promise, all]);
      return await this.#within(all);
    } catch (error) {
      throw databaseError(error);
    }
  }

  copy(statement: string, data: Uint8Array): Promise<void> {
    return this.transaction((session) => session.copy!(statement, data));
  }

  async close(): Promise<void> {
    await Promise.all([this.#queries, this.#writer].map((client) => client.end({ timeout: goodbyeS })));
  }

  /** A connection that was cut without a word answers never; then both sets of connections are given up. */
  async #within<Value>(answer: Promise<Value>): Promise<Value> {
    const limitMs = this.#statementTimeoutMs + graceMs;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new DatabaseAwayError(`The database server has not answered for ${limitMs} ms`));
      for (const client of [this.#queries, this.#writer]) void client.end({ timeout: 0 });
    }, limitMs);
    try {
      return await Promise.race([answer, promise]);
    } catch (error) {
      throw databaseError(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Each question is planned for its own range and threshold: a plan for any of them reads millions of rows for one that
 * needs a hundred. Compiling a question takes longer than answering it.
 */
const forQuestions: Readonly<Record<string, string>> = { plan_cache_mode: "force_custom_plan", jit: "off" };

function connectTo(
  settings: ServerSettings,
  connections: number,
  statementTimeoutMs: number,
  parameters: Readonly<Record<string, string>>,
): Client {
  const options: postgres.Options<{ bigint: typeof bigint }> & Record<string, unknown> = {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    max: connections,
    types: { bigint },
    connection: { application_name: "cexarb", statement_timeout: statementTimeoutMs, ...parameters },
    onnotice: () => {},
    socket: () => serverSocket(settings),
    // A server that has become a standby is as good as away.
    target_session_attrs: "read-write",
    connect_timeout: (settings.connectTimeoutMs ?? 10_000) / 1_000,
    // When to try again is decided by who uses this.
    backoff: false,
    // Everything below would be looked for in the environment when it is left out.
    ssl: false,
    idle_timeout: 0,
    max_lifetime: null,
    keep_alive: 10,
    max_pipeline: 100,
    sslnegotiation: null,
    prepare: true,
    debug: false,
    // The client asks for the types of arrays behind everybody's back, and a connection that is cut meanwhile ends the
    // worker by an error that nobody can catch.
    fetch_types: false,
    publications: "alltables",
  };
  return postgres(options);
}

function inTransaction(session: Session, within: Within): Database {
  const database: Database = {
    query: (sql, parameters = []) => within(rowsOf(session, sql, parameters)),
    script: (sql) =>
      withoutTimeout(session, async () => {
        await session.unsafe(sql).simple();
      }, "set local"),
    transaction: (work) => work(database),
    copy: (statement, data) => within(copyInto(session, statement, data)),
    close: () => Promise.resolve(),
  };
  return database;
}

async function rowsOf(session: Session, sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
  const rows = await session.unsafe<Row[]>(sql, [...parameters], { prepare: true });
  return [...rows];
}

/** Schema files may work for longer than a row may. */
async function withoutTimeout(
  session: Session,
  work: () => Promise<void>,
  set: "set" | "set local",
): Promise<void> {
  try {
    await session.unsafe(`${set} statement_timeout = 0`).simple();
    await work();
    if (set === "set") await session.unsafe("reset statement_timeout").simple();
  } catch (error) {
    throw databaseError(error);
  }
}

/**
 * Writes rows and waits until the server has taken them. The client keeps an error that comes after the last row to
 * itself, so the next statement of the transaction has to tell of it.
 */
async function copyInto(session: Session, statement: string, data: Uint8Array): Promise<void> {
  const stream: Writable = await session.unsafe(statement).writable();
  let failure: Error | undefined;
  stream.on("error", (error) => failure ??= error);
  for (let from = 0; from < data.length; from += pieceBytes) {
    await written(stream, data.subarray(from, from + pieceBytes));
  }
  stream.end();
  // The end of the rows is sent in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await session.unsafe("select 1").simple();
  } catch (error) {
    throw failure ?? error;
  }
}

function written(stream: Writable, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(
      Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength),
      (error) => error === null || error === undefined ? resolve() : reject(error),
    );
  });
}
