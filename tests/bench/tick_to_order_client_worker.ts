/**
 * A client of the bench from a frame to its order, in a thread of its own.
 * @module
 */
import { BenchEngine } from "./tick_to_order_engine.ts";
import type { ClientFigures, ClientJob } from "./tick_to_order_market.ts";
import { PlainClient } from "./tick_to_order_plain.ts";

/** What a worker has and a page has not, as far as it is used here. */
interface WorkerScope {
  onmessage: (event: MessageEvent<ClientJob | "take">) => void;
  postMessage(message: ClientFigures | "ready"): void;
}

const scope = self as unknown as WorkerScope;
let client: { take(): ClientFigures } | undefined;

scope.onmessage = async ({ data }): Promise<void> => {
  if (data === "take") return scope.postMessage(client!.take());
  client = data.kind === "plain" ? await PlainClient.start(data) : await BenchEngine.start(data);
  scope.postMessage("ready");
};
