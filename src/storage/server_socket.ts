/**
 * Connections to a PostgreSQL server: without Nagle's delay, with TLS as asked for.
 *
 * `npm:postgres` leaves the delay on, checks no certificate against the address of a server, and waits for ever
 * when the maker of a socket throws; so sockets are made here, and one that cannot be made is handed over all the
 * same and fails with the reason.
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { checkServerIdentity, connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { errorMessage } from "../core/errors.ts";
import { DatabaseAwayError } from "./database_errors.ts";
import type { ServerSettings } from "../config/server_settings.ts";

const connectTimeoutMs = 10_000;

/** The question whether the server speaks TLS (PostgreSQL protocol: SSLRequest, code 80877103). */
const tlsQuestion = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const yes = "S".charCodeAt(0);

/** A socket ready for the start-up message; never throws. */
export async function serverSocket(settings: ServerSettings): Promise<Duplex> {
  let socket: Socket | undefined;
  try {
    socket = connect({ host: settings.host, port: settings.port, noDelay: true });
    const timer = setTimeout(
      () => socket?.destroy(new DatabaseAwayError("the server did not answer in time")),
      settings.connectTimeoutMs ?? connectTimeoutMs,
    );
    try {
      await once(socket, "connect");
      return endingWithError(settings.tls === "disable" ? socket : await secured(socket, settings));
    } finally {
      clearTimeout(timer);
    }
  } catch (error) {
    socket?.destroy();
    return new FailedSocket(
      new DatabaseAwayError(`${settings.host}:${settings.port}: ${errorMessage(error)}`),
    );
  }
}

async function secured(socket: Socket, settings: ServerSettings): Promise<TLSSocket> {
  const answer = once<[Buffer]>(socket, "data");
  socket.write(tlsQuestion);
  const [first] = await answer;
  // One byte and no more: what follows in the clear would come from somebody in between.
  if (first[0] !== yes || first.length !== 1) {
    throw new DatabaseAwayError(
      "the server does not take TLS; say `tls: disable` where the way to it is safe",
    );
  }
  const { host, caFile } = settings;
  const options: ConnectionOptions = { socket };
  if (isIP(host) === 0) options.servername = host;
  if (settings.tls === "require") options.rejectUnauthorized = false;
  else {
    options.host = host;
    options.checkServerIdentity = (_name, certificate) => checkServerIdentity(host, certificate);
    if (caFile !== null) options.ca = Deno.readTextFileSync(caFile);
  }
  const secure = connectTls(options);
  await once(secure, "secureConnect");
  return secure;
}

/** The next event of this name; an error or the end of the socket before it throws. */
function once<Values extends unknown[] = []>(socket: Socket, event: string): Promise<Values> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      socket.off(event, happened).off("error", reject).off("close", closed);
      settle();
    };
    const happened = (...values: unknown[]): void => finish(() => resolve(values as Values));
    const closed = (): void => finish(() => reject(new DatabaseAwayError("the server ended the connection")));
    socket.on(event, happened).on("error", reject).on("close", closed);
  });
}

/** A server that hangs up during the start would be called again at once and for ever without an error. */
function endingWithError(socket: Socket): Socket {
  socket.once("end", () => socket.destroy(new DatabaseAwayError("the server ended the connection")));
  return socket;
}

/** Takes everything, and fails in the next moment. */
class FailedSocket extends Duplex {
  constructor(error: Error) {
    super({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    setTimeout(() => this.destroy(error), 0);
  }
}
