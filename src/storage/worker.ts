/**
 * Entry of the storage worker: the database lives here, so that the hot thread never waits for it.
 * @module
 */
import type { Database } from "./database.ts";
import { EmbeddedDatabase } from "./embedded_database.ts";
import type { OpenRequest, StorageReply, StorageRequest } from "./messages.ts";
import { ServerDatabase } from "./server_database.ts";
import { StorageSession } from "./storage_session.ts";

/** The part of a worker's global scope in use; the compiler only knows the one of the main thread. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<StorageRequest>) => void) | null;
  postMessage(reply: StorageReply): void;
}

const scope = self as unknown as WorkerScope;
const session = new StorageSession(openDatabase, (reply) => scope.postMessage(reply));
scope.onmessage = (event): void => session.handle(event.data);

function openDatabase({ server, dataDirectory }: OpenRequest): Promise<Database> {
  return server === null ? EmbeddedDatabase.open(dataDirectory) : ServerDatabase.open(server);
}
