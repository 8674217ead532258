/**
 * A PostgreSQL server for tests and benches: started, stopped, killed and started again at will, gone afterwards.
 * @module
 */
import { TextLineStream } from "@std/streams";

const script = new URL("./postgres_server", import.meta.url).pathname;

/** Why there is no server for tests on this machine; undefined when there is one. */
export const noPostgresServer: string | undefined = await reasonAgainst();

async function reasonAgainst(): Promise<string | undefined> {
  const permission = await Deno.permissions.query({ name: "run", command: script });
  if (permission.state !== "granted") return "needs --allow-run for tests/support/postgres_server";
  const { code, stdout } = await new Deno.Command(script, { args: ["check"], stderr: "null" }).output();
  return code === 0 ? undefined : new TextDecoder().decode(stdout).trim();
}

/** Registers a test that needs a PostgreSQL server, or says why it is skipped. */
export function serverTest(name: string, test: (context: Deno.TestContext) => Promise<void>): void {
  const skipped = noPostgresServer === undefined ? "" : ` (skipped: ${noPostgresServer})`;
  Deno.test({ name: name + skipped, ignore: noPostgresServer !== undefined, fn: test });
}

/** What a finished psql has left. */
export interface PsqlOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a {@link PostgresServer} is set up. */
export interface PostgresServerOptions {
  /** It also takes TLS, with a certificate for this name, such as `IP:127.0.0.1`. */
  readonly tls?: string;
  /** Settings of `postgresql.conf`, `name=value`. */
  readonly settings?: readonly string[];
}

/** A server of its own on 127.0.0.1 that ends with its test: `await using server = await PostgresServer.start()`. */
export class PostgresServer implements AsyncDisposable {
  /** Stays the same when the server is started again. */
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #commands: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  #caCertificate = "";

  private constructor(port: number, options: PostgresServerOptions) {
    this.port = port;
    const args = ["serve", String(port), options.tls ?? "plain", ...options.settings ?? []];
    this.#child = new Deno.Command(script, { args, stdin: "piped", stdout: "piped", stderr: "inherit" })
      .spawn();
    this.#commands = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream() as TransformStream<string, string>).getReader();
  }

  /**
   * Starts a server with an empty database `postgres`; takes about two seconds.
   *
   * @throws {Error} with the last line of the server's log.
   */
  static async start(options: PostgresServerOptions = {}): Promise<PostgresServer> {
    const server = new PostgresServer(freePort(), options);
    const certificate = await server.#answer();
    server.#caCertificate = new TextDecoder().decode(
      Uint8Array.from(atob(certificate), (character) => character.charCodeAt(0)),
    );
    return server;
  }

  /** Address of a database for a user: `postgres` needs no password, `cexarb` has the password `secret`. */
  url(user: "postgres" | "cexarb" = "postgres", database = "postgres"): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** Certificate of the authority that vouches for the server, PEM; empty without TLS. */
  get caCertificate(): string {
    return this.#caCertificate;
  }

  /** Starts a server that was stopped or killed, and waits until it takes connections. */
  async restart(): Promise<void> {
    await this.#do("start");
  }

  /** Stops it in order; open transactions are undone and connections end. */
  async stop(): Promise<void> {
    await this.#do("stop");
  }

  /** Ends all its processes with kill -9. */
  async kill(): Promise<void> {
    await this.#do("kill");
  }

  /** Runs psql against the database `postgres`. */
  async psql(...args: string[]): Promise<PsqlOutcome> {
    const { code, stdout, stderr } = await new Deno.Command(script, {
      args: ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", this.url(), ...args],
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** Ends the server and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#commands.close();
    await this.#answers.cancel();
    await this.#child.status;
  }

  async #do(command: string): Promise<void> {
    await this.#commands.write(new TextEncoder().encode(`${command}\n`));
    await this.#answer();
  }

  async #answer(): Promise<string> {
    const { value = "error the server's script ended" } = await this.#answers.read();
    if (!value.startsWith("ok")) throw new Error(`PostgreSQL server: ${value}`);
    return value.slice(3);
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
