/**
 * Connections that send at once.
 * @module
 */

/** Where to connect to. */
export interface StreamTarget {
  /** Name or address; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Whether to speak TLS. The certificate is always verified against the host name. */
  readonly tls: boolean;
}

/** An open connection. */
export interface ByteStream {
  /** Bytes read, or null at the end. Rejects when the connection broke or was closed. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Bytes that were taken, maybe fewer than given. Starts before it returns. */
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Opens a connection; gives up when the signal is aborted. */
export type Dial = (target: StreamTarget, signal: AbortSignal) => Promise<ByteStream>;

/**
 * A {@link Dial} over TCP with Nagle's algorithm off, so that a small message does not wait for the acknowledgement
 * of the one before. It rejects with the runtime's own errors.
 *
 * @param caCerts Certificates to trust beside the usual ones, PEM.
 */
export function noDelayDial(caCerts: readonly string[] = []): Dial {
  return async ({ hostname, port, tls }, signal) => {
    // Deno 2.4 does not know the signal of `connect`: there the connection is closed as soon as it stands.
    const tcp = await Deno.connect({ hostname, port, signal });
    const giveUp = (): void => closeQuietly(tcp);
    if (signal.aborted) giveUp();
    signal.throwIfAborted();
    signal.addEventListener("abort", giveUp);
    try {
      tcp.setNoDelay(true);
      if (!tls) return tcp;
      const secure = await Deno.startTls(tcp, {
        hostname,
        caCerts: [...caCerts],
        alpnProtocols: ["http/1.1"],
      });
      return await shaken(secure, signal);
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  };
}

/** The connection after its handshake, so that a wrong certificate shows before anything is written. */
async function shaken(connection: Deno.TlsConn, signal: AbortSignal): Promise<Deno.TlsConn> {
  // The socket underneath belongs to the TLS connection from here on. The runtime lets go of it only when the other
  // side ends the handshake or the connection; whoever waits is told at once.
  const giveUp = (): void => closeQuietly(connection);
  signal.addEventListener("abort", giveUp);
  try {
    await connection.handshake();
    signal.throwIfAborted();
    return connection;
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Closes a connection that may be closed already. */
export function closeQuietly(stream: { close(): void }): void {
  try {
    stream.close();
  } catch {
    // It was closed before, by the other side or by whoever gave it up.
  }
}
