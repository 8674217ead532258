/**
 * Connections with a listen key.
 * @module
 */
import type { ServerSession, ServerSocket } from "../../transport/server_port.ts";

/**
 * Tells a client that its listen key is wrong. The text is not JSON. UNCONFIRMED: that the connection is closed after
 * it, and that a sixth connection of a key is told the same.
 */
export function refuseListenKey(socket: ServerSocket): ServerSession {
  socket.send("Invalid listen key");
  socket.close(1000, "");
  return {
    onText: (): void => {},
    onBinary: (): void => {},
    onClose: (): void => {},
    close: (): void => {},
  };
}
