/**
 * The other side of the order path in a thread of its own.
 * @module
 */
import { serveOrders } from "./order_path_server.ts";

/** What a worker has and a page has not, as far as it is used here. */
interface WorkerScope {
  postMessage(message: number): void;
}

(self as unknown as WorkerScope).postMessage(serveOrders().addr.port);
