/**
 * From a frame to its orders: 20,000 frames a second in the wire formats of three venues come over real sockets; some of
 * them open an edge, for which two orders leave through everything that a live run has: codecs, books, detection,
 * strategies, limits, reservation, journal on the disk, audit trail, signatures, request limits, transport.
 *
 * The venues and every client have a thread of their own. The clients are measured in turns: one with 8 pairs, one with
 * 1,000, and one with 8 pairs as one would write it without this project, which has neither limits nor journal.
 *
 * As a compiled program: `deno task bench-compiled`. It makes an executable of this file, in the way in which the product
 * is made, and runs it; nothing of it is in the product.
 * @module
 */
import {
  type ClientFigures,
  type ClientJob,
  type VenueOrder,
  type VenueReply,
} from "./tick_to_order_market.ts";
import { line, quantile } from "./turns.ts";

/** Length of a turn, turns that do not count, and turns that do. */
const turnMs = 3_000, warmTurns = 4, turns = 5;
/** Edges a second: at first often, so that everything is compiled as it is in a program that runs for long. */
const warmEdgesPerSecond = 200, edgesPerSecond = 20;
/** Pairs of the second client: so many that their books take longer than a minute, unless the first argument says less. */
const manyPairs = Number(Deno.args[0] ?? 1_000);

/** A thread that answers every message with one. */
class Partner<Question, Answer> {
  readonly #worker: Worker;
  #answer: ((answer: Answer) => void) | undefined;

  constructor(url: URL) {
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>): void => this.#answer?.(data);
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#worker.postMessage(question);
    });
  }

  terminate(): void {
    this.#worker.terminate();
  }
}

interface Client {
  readonly name: string;
  readonly market: number;
  readonly worker: Partner<ClientJob | "take", ClientFigures | "ready">;
  readonly taken: ClientFigures[];
  frames: number;
  edges: number;
  ms: number;
}

const venues = new Partner<VenueOrder, VenueReply>(
  new URL("./tick_to_order_venue_worker.ts", import.meta.url),
);

async function open(name: string, job: Pick<ClientJob, "kind" | "pairs">): Promise<Client> {
  const opened = await venues.ask({ kind: "open", pairs: job.pairs });
  if (opened.kind !== "opened") throw new Error("The venues did not open");
  const { endpoints, market } = opened;
  const worker: Client["worker"] = new Partner(new URL("./tick_to_order_client_worker.ts", import.meta.url));
  const directory = await Deno.makeTempDir({ dir: "data", prefix: "bench-" });
  await worker.ask({ ...job, endpoints, directory });
  return { name, market, worker, taken: [], frames: 0, edges: 0, ms: 0 };
}

/** Sends frames to a client for a turn, and takes what it has measured where that counts. */
async function turn(client: Client, counts: boolean): Promise<void> {
  const { market, worker, taken } = client;
  const pace = counts ? edgesPerSecond : warmEdgesPerSecond;
  const ran = await venues.ask({ kind: "run", market, ms: turnMs, edgesPerSecond: pace });
  // What is on its way arrives.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const figures = await worker.ask("take");
  if (!counts || ran.kind !== "ran" || figures === "ready") return;
  client.frames += figures.frames;
  client.edges += ran.edges;
  client.ms += ran.ms;
  taken.push(figures);
}

/** All times of a kind. */
function all(client: Client, kind: "first" | "both" | "quiet" | "decision" | "journal"): number[] {
  return client.taken.flatMap((figures) => figures[kind]);
}

/** Times from the receipt of a frame until its orders were at the venue. */
async function onTheWay({ market, taken }: Client): Promise<number[]> {
  const reply = await venues.ask({ kind: "arrivals", market });
  if (reply.kind !== "arrivals") throw new Error("The venues did not tell");
  return taken.flatMap(({ received }) =>
    [...received].flatMap(([id, at]) => reply.at.has(id) ? [reply.at.get(id)! - at] : [])
  );
}

function lines(client: Client): string[] {
  const { name, frames, ms, edges, taken } = client;
  const both = all(client, "both");
  const late = taken.reduce((sum, figures) => sum + figures.late, 0);
  const refusals = taken.at(-1)!.refusals;
  const rate = Math.round(1_000 * frames / ms).toLocaleString("en-US");
  const head = `${name}: ${rate} frames/s, ${edges} edges, ${both.length} pairs of orders` +
    (late > 0 ? `, ${late} orders later than their frame` : "") +
    (refusals.size > 0 ? `; kept: ${[...refusals].map((each) => each.join(" ")).join(", ")}` : "");
  const rows = [
    ["frame received -> first order's bytes written", all(client, "first"), "   aim: p50 60 µs, p99 300 µs"],
    ["frame received -> both orders' bytes written", both, ""],
    ["  of it strategies and limits", all(client, "decision"), "   aim: 5 µs"],
    ["  of it the journal", all(client, "journal"), ""],
    ["frame received -> decided, no edge", all(client, "quiet"), ""],
  ] as const;
  return [
    head,
    ...rows.filter(([, values]) => values.length > 0).map(([what, values, note]) =>
      `  ${line(what, values, note)}`
    ),
  ];
}

await Deno.mkdir("data", { recursive: true });
const few = await open("8 pairs", { kind: "cexarb", pairs: 8 });
const clients = [few];
for (let round = -warmTurns; round < turns; round++) {
  for (const client of clients) await turn(client, round >= 0);
}
const ways: number[][] = [];
for (const client of clients) ways.push(await onTheWay(client));
const output = clients.flatMap((client, index) => [
  ...lines(client),
  `  ${line("frame received -> order at the venue", ways[index]!)}`,
]);
// deno-lint-ignore no-console -- a bench prints its figures
console.log(output.join("\n"));
for (const { worker } of clients) worker.terminate();
venues.terminate();
