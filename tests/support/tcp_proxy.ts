/**
 * A loopback way to a server that can be cut, closed and clogged.
 * @module
 */

interface Pair {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
}

/** Passes bytes on between its own port and another one. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #work = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #clogged: PromiseWithResolvers<void> | undefined;
  /** Whether newcomers are cut off at once. */
  refusing = false;

  /** @param target Port on 127.0.0.1 that it leads to. */
  constructor(target: number) {
    this.#target = target;
    this.#accepting = this.#accept();
  }

  /** Its own port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Ends every connection at once, whatever is on its way. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      close(client);
      close(server);
    }
  }

  /** Passes nothing on until it is called with false; connections stay. */
  clog(clogged: boolean): void {
    if (clogged) this.#clogged ??= Promise.withResolvers();
    else {
      this.#clogged?.resolve();
      this.#clogged = undefined;
    }
  }

  /** Ends it with all its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.clog(false);
    this.cut();
    await this.#accepting;
    await Promise.all(this.#work);
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) {
        if (this.refusing) close(client);
        else this.#track(this.#serve(client));
      }
    } catch {
      // The listener was closed.
    }
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    work.finally(() => this.#work.delete(work));
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      return close(client);
    }
    client.setNoDelay();
    server.setNoDelay();
    const pair = { client, server };
    this.#pairs.add(pair);
    await Promise.all([this.#pass(client, server), this.#pass(server, client)]);
    this.#pairs.delete(pair);
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
        await this.#clogged?.promise;
        for (let written = 0; written < read;) written += await to.write(buffer.subarray(written, read));
      }
    } catch {
      // One of the two was cut.
    }
    close(from);
    close(to);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
