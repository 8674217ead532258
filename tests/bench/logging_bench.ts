/**
 * What a log record costs the thread that writes it, beside `pino` and `@logtape/logtape`: the same record of three
 * numbers, as JSON lines, into files of the same disk.
 * @module
 */
import { configureSync, getJsonLinesFormatter, getLogger } from "@logtape/logtape";
import pino from "pino";
import { HftLoggerFactory } from "../../src/logging/hft_logger_factory.ts";
import { interleavedRatio } from "../support/interleaved.ts";
import { quantile } from "./turns.ts";

await Deno.mkdir("data", { recursive: true });
const folder = await Deno.makeTempDir({ dir: "data", prefix: "bench-" });

const log = new HftLoggerFactory({
  level: "info",
  ringBytes: 2 ** 26,
  backends: [{ kind: "file", name: "file", path: `${folder}/ours.log`, format: "json", maxBytes: 2 ** 40 }],
  rules: [{ to: ["file"] }],
});
const logger = log.logger("exchange.mexc.ws");
const seen = logger.event("info", "Quote seen", ["bid", "ask", "age"]);
const named = logger.event("info", "Quote seen", ["symbol:text", "bid", "ask"]);
const off = logger.event("debug", "Quote seen", ["bid", "ask", "age"]);

const pinoFile = pino.destination({ dest: `${folder}/pino.log`, sync: true, minLength: 16_000 });
const pinoLog = pino({ base: null }, pinoFile);

/** LogTape's own formatter, and a file that is written in pieces of 64 KiB, as its file sink does. */
const logTapeFile = await Deno.open(`${folder}/logtape.log`, { write: true, create: true });
const format = getJsonLinesFormatter();
const encoder = new TextEncoder();
let waiting = "";
configureSync({
  sinks: {
    file: (record) => {
      waiting += format(record);
      if (waiting.length < 65_536) return;
      logTapeFile.writeSync(encoder.encode(waiting));
      waiting = "";
    },
  },
  loggers: [
    { category: [], sinks: ["file"], lowestLevel: "info" },
    { category: ["logtape", "meta"], sinks: [] },
  ],
});
const logTape = getLogger(["exchange", "mexc", "ws"]);

const prices = Float64Array.from({ length: 1_024 }, (_, i) => 64_000 + i / 100);

/** Ways of writing many records. Each has a loop of its own, so that the compiler sees one kind of call in it. */
const ways: Readonly<Record<string, (calls: number) => void>> = {
  "cexarb": (calls) => {
    for (let i = 0; i < calls; i++) {
      seen.write(prices[i & 1_023]!, prices[(i + 7) & 1_023]!, (i & 255) / 4);
    }
  },
  "cexarb, time read before": (calls) => {
    for (let i = 0; i < calls; i++) {
      seen.writeAt(1.7e12 + i, prices[i & 1_023]!, prices[(i + 7) & 1_023]!, (i & 255) / 4);
    }
  },
  "cexarb, with a text": (calls) => {
    for (let i = 0; i < calls; i++) named.write("BTCUSDT", prices[i & 1_023]!, prices[(i + 7) & 1_023]!);
  },
  "cexarb, level disabled": (calls) => {
    for (let i = 0; i < calls; i++) off.write(prices[i & 1_023]!, prices[(i + 7) & 1_023]!, (i & 255) / 4);
  },
  "pino": (calls) => {
    for (let i = 0; i < calls; i++) {
      const record = { bid: prices[i & 1_023]!, ask: prices[(i + 7) & 1_023]!, age: (i & 255) / 4 };
      pinoLog.info(record, "Quote seen");
    }
  },
  "LogTape": (calls) => {
    for (let i = 0; i < calls; i++) {
      const record = { bid: prices[i & 1_023]!, ask: prices[(i + 7) & 1_023]!, age: (i & 255) / 4 };
      logTape.info("Quote seen", record);
    }
  },
};
const ours = ways["cexarb"]!;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the worker has written everything. */
async function emptied(): Promise<void> {
  do await pause(1); while (!log.source.writer.isEmpty);
}

function print(line: string): void {
  // deno-lint-ignore no-console -- a bench prints its figures
  console.log(line);
}

/** Time and bytes of heap of a call, in rounds between which the worker empties the ring. */
async function measure(name: string, way: (calls: number) => void): Promise<void> {
  const calls = 5_000, times: number[] = [], bytes: number[] = [];
  for (let round = -50; round < 100; round++) {
    await emptied();
    const heap = Deno.memoryUsage().heapUsed;
    const start = performance.now();
    way(calls);
    const time = (performance.now() - start) * 1e6 / calls;
    if (round < 0) continue;
    times.push(time);
    bytes.push((Deno.memoryUsage().heapUsed - heap) / calls);
  }
  const [least, p50] = [quantile(times, 0), quantile(times, 0.5)];
  // A round in which garbage was collected says nothing.
  const whole = bytes.filter((each) => each >= 0);
  print(
    `${name.padEnd(26)} mean of ${calls} calls: least ${least.toFixed(0).padStart(5)} ns, p50 ` +
      `${p50.toFixed(0).padStart(5)} ns; ${quantile(whole, 0.5).toFixed(1).padStart(6)} bytes of heap a call`,
  );
}

/** Single calls; reading the clock around them is counted in. */
async function measureTail(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 200; round++) {
    await emptied();
    for (let i = 0; i < 1_000; i++) {
      const start = performance.now();
      seen.write(prices[i]!, prices[i]!, i);
      times.push((performance.now() - start) * 1e3);
    }
  }
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((part) => quantile(times, part).toFixed(2));
  print(`cexarb, single calls: p50 ${p50} µs, p99 ${p99} µs, p99.9 ${p999} µs`);
}

/** Records a second that the ring takes while it has room. */
async function measureBursts(): Promise<void> {
  const rates: number[] = [];
  for (let round = 0; round < 20; round++) {
    await emptied();
    const calls = 100_000, start = performance.now();
    ours(calls);
    rates.push(calls / (performance.now() - start) / 1e3);
  }
  const rate = [quantile(rates, 0.5), quantile(rates, 1)].map((each) => each.toFixed(1));
  print(`Bursts of 100,000 records: p50 ${rate[0]} million a second, most ${rate[1]}`);
}

/** Records a second that come to lie in the file, written for some seconds at a little more than a million a second. */
async function measureSustained(): Promise<void> {
  log.flushSync(30_000);
  const before = log.dropped.info, total = 4_000_000, perMs = 1_100;
  const start = performance.now();
  for (let written = 0; written < total;) {
    const due = Math.min(total, Math.floor((performance.now() - start) * perMs));
    ours(due - written);
    written = due;
    await pause(1);
  }
  const isWritten = log.flushSync(60_000);
  const rate = total / (performance.now() - start) / 1e3;
  const dropped = log.dropped.info - before;
  print(
    `4,000,000 records are in the file${isWritten ? "" : " (NOT all)"}: ${
      rate.toFixed(2)
    } million a second, ` +
      `${dropped} dropped`,
  );
}

try {
  for (const [name, way] of Object.entries(ways)) await measure(name, way);
  await measureTail();
  await measureBursts();
  await measureSustained();
  for (const peer of ["pino", "LogTape"]) {
    const ratio = interleavedRatio(() => ours(200), () => ways[peer]!(200));
    print(`cexarb is ${ratio.toFixed(1)} times as fast as ${peer}, measured in turns`);
  }
  print(`Dropped in all: ${JSON.stringify(log.dropped)}`);
} finally {
  await log.close();
  pinoFile.flushSync();
  pinoFile.end();
  logTapeFile.close();
  await Deno.remove(folder, { recursive: true });
}
