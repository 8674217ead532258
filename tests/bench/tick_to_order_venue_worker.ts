/**
 * The venues in a thread of their own.
 * @module
 */
import type { VenueOrder, VenueReply } from "./tick_to_order_market.ts";
import { BenchMarket, FramePace } from "./tick_to_order_venue.ts";

/** What a worker has and a page has not, as far as it is used here. */
interface WorkerScope {
  onmessage: (event: MessageEvent<VenueOrder>) => void;
  postMessage(message: VenueReply): void;
}

/** What all books of a market together change a second. */
const framesPerSecond = 20_000;
/** Changes of a market while its client gets its books, and the time between two rounds: silence would be a dead line. */
const calmChanges = 100, calmMs = 50;
/** Most changes that are sent at once when this thread was held up. */
const longestBurst = 200;
/** No edges at the beginning of a run: prices are known again first. */
const quietMs = 500;

const scope = self as unknown as WorkerScope;
const markets: BenchMarket[] = [];
const paces: FramePace[] = [];
let calm: ReturnType<typeof setInterval> | undefined;

async function run({ market, ms, edgesPerSecond }: VenueOrder & { kind: "run" }): Promise<VenueReply> {
  const pace = paces[market]!;
  const edgesBefore = pace.edges;
  const start = performance.now();
  let frames = 0, due = 0;
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - start) {
    const missing = Math.floor(elapsed * framesPerSecond / 1_000) - due;
    due += missing;
    const isTime = pace.edges - edgesBefore < (elapsed - quietMs) * edgesPerSecond / 1_000;
    if (missing > 0) frames += pace.beat(Math.min(missing, longestBurst), isTime);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  frames += pace.end();
  return { kind: "ran", frames, edges: pace.edges - edgesBefore, ms: performance.now() - start };
}

async function answer(order: VenueOrder): Promise<VenueReply> {
  clearInterval(calm);
  if (order.kind === "run") return await run(order);
  if (order.kind === "arrivals") return { kind: "arrivals", at: markets[order.market]!.arrivals };
  const market = new BenchMarket(order.pairs);
  markets.push(market);
  const pace = new FramePace(market);
  paces.push(pace);
  calm = setInterval(() => pace.beat(calmChanges, false), calmMs);
  return { kind: "opened", market: markets.length - 1, endpoints: market.endpoints };
}

scope.onmessage = ({ data }): void => void answer(data).then((reply) => scope.postMessage(reply));
