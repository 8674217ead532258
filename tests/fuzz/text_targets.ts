/**
 * Files that people write and files that were recorded.
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { parseConfig } from "../../src/config/hft_config.ts";
import { ConfigError, DataFileError } from "../../src/core/errors.ts";
import { TapeReader, type TapeRow } from "../../src/engine/tape_reader.ts";
import { readCapture } from "../../src/simulator/capture/capture_file.ts";
import { faultKinds, parseFaultRule } from "../../src/simulator/faults/fault_rule.ts";
import { parseSimulationConfig } from "../../src/simulator/simulation_config.ts";
import { damageJson, type Json } from "../support/json_mutation.ts";
import type { Mutator } from "../support/mutation.ts";
import { cuts, damageBytes, damageText, pieces } from "../support/wire_mutation.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const root = new URL("../../", import.meta.url);
const configs = ["demo.yaml", "paper.yaml"].map((name) =>
  Deno.readTextFileSync(new URL(`config/${name}`, root))
);
const simulations = [
  Deno.readTextFileSync(new URL("config/simulate.yaml", root)),
  `seed: 7
clock: { kind: simulated, start: 2026-01-01T00:00:00Z, speed: 60 }
market: { kind: tape, file: tape.csv.gz, speed: 2, venues: { a: MEXC_SPOT }, contractSizes: { b: "0.1" } }
latency:
  feed: { kind: lognormal, medianMs: 3, sigma: 0.5 }
  orderEntry: { kind: recorded, samplesMs: [1, 2, 3.5] }
accounts:
  - family: mexc
    uid: "1"
    permissions: [trade]
    deposits: { MEXC_SPOT: { USDT: "100000.5" } }
    fees: { MEXC_SPOT: { maker: 0, taker: 0.0005 } }
faults:
  - { fault: dark, venue: MEXC_SPOT, atMs: 60000, forMs: 120000 }
  - { fault: close, venue: GATEIO_SPOT, code: 1012, count: 2 }
`,
];

/** A damaged YAML text, now and then one that refers to itself. */
function damagedYaml(mutator: Mutator, texts: readonly string[]): string {
  const text = damageText(mutator, mutator.pick(texts), mutator.pick(texts));
  return mutator.below(50) === 0 ? `${text}\nodd: &a [*a, {b: *a}]` : text;
}

function configErrorOr<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Every number in a configuration is finite, and negative ones are named. */
function assertNumbers(value: unknown, path: string, negative: readonly string[]): void {
  if (typeof value === "number") {
    assert(Number.isFinite(value) && (value >= 0 || negative.includes(path)), `${path} is ${value}`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) assertNumbers(each, key, negative);
  }
}

const config: FuzzTarget = {
  name: "configuration",
  testInputs: 5_000,
  run: (mutator, note) => {
    const text = damagedYaml(mutator, configs);
    note(text);
    const read = configErrorOr(() => parseConfig(text, "a.yaml"));
    if (read === undefined) return "refused";
    assertNumbers(read, "", ["seed", "exitProfitBps"]);
    assert(read.seed === (read.seed | 0) && read.exchanges.length > 0 && read.pairs.length > 0);
    for (const { exchange, endpoints, bookSpeed } of read.exchanges) {
      assert(["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"].includes(exchange));
      assert(/^https?:\/\//.test(endpoints.rest) && /^wss?:\/\//.test(endpoints.ws));
      assert(["normal", "fast"].includes(bookSpeed));
    }
    for (const { base, quote } of read.pairs) {
      assert(/^[A-Z0-9]+$/.test(base) && text.includes(`${base}/${quote}`), `${base}/${quote}`);
    }
    return "read";
  },
};

const simulation: FuzzTarget = {
  name: "simulation-configuration",
  testInputs: 5_000,
  run: (mutator, note) => {
    const text = damagedYaml(mutator, simulations);
    note(text);
    const read = configErrorOr(() => parseSimulationConfig(text, "a.yaml"));
    if (read === undefined) return "refused";
    assertNumbers(read, "", ["seed", "maker", "taker", "ms"]);
    for (const port of Object.values(read.ports)) assert(Number.isInteger(port) && port <= 65_535);
    for (const { deposits } of read.accounts) {
      for (const coins of Object.values(deposits)) {
        for (const amount of Object.values(coins)) assert(/^\d+(?:\.\d+)?$/.test(amount));
      }
    }
    return "read";
  },
};

const rules: readonly Json[] = [
  { fault: "dark", venue: "MEXC_SPOT", atMs: 60000, forMs: 120000 },
  {
    fault: "delay-frame",
    venue: "GATEIO_SPOT",
    ms: 50,
    count: 3,
    skip: 2,
    channel: "trades",
    symbol: "BTC_USDT",
  },
  { fault: "order-error", venue: "GATEIO_FUTURES", status: 503, path: "/orders" },
  { fault: "close", venue: "GATEIO_SPOT", code: 1012 },
  { fault: "truncated-listing", venue: "MEXC_SPOT", keep: 0, value: "X", uid: "1" },
];

const faultRule: FuzzTarget = {
  name: "fault-rules",
  run: (mutator, note) => {
    const text = damageJson(mutator, mutator.pick(rules));
    note(text);
    const input = JSON.parse(text);
    const rule = configErrorOr(() => parseFaultRule(input));
    if (rule === undefined) return "refused";
    assert(
      faultKinds.includes(rule.fault) && ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"].includes(rule.venue),
    );
    assert(
      rule.atMs >= 0 && !(rule.forMs! <= 0) && (rule.count === Infinity || Number.isInteger(rule.count)),
    );
    assert(rule.count >= 1 && rule.skip >= 0 && rule.keep >= 0 && rule.status >= 500 && rule.status <= 599);
    assert(rule.ms === undefined || Number.isFinite(rule.ms));
    for (const [key, value] of Object.entries(input)) {
      assertEquals((rule as unknown as Record<string, unknown>)[key], value, key);
    }
    return "read";
  },
};

const tapes: readonly Uint8Array[] = [
  "recv_us,venue,bid,bid_qty,ask,ask_qty\n1760156253726478,mexc_spot,0.00005391,120,0.000054,7.5\n" +
  "1760156253726479,gate_futures,0.00005,1,,\n1760156253726470,mexc_spot,1,2,3,4\r\n",
  "venue,ask,ask_qty,bid,bid_qty,recv_ns,exch_ms\na,2,20,1,10,1723161254087891268,\nb,2.5,20,1,10,1723161254087891999,5\n",
  "\ufeffrecv_ms,venue,bid,bid_qty,ask,ask_qty\n17,a,1,1,2,1\n18,b,123456789012345678901.5,1,2,1",
].map((text) => new TextEncoder().encode(text));

function readTape(parts: readonly Uint8Array[]): { rows: TapeRow[]; venues: string[] } | undefined {
  const rows: TapeRow[] = [];
  const reader = new TapeReader("a.csv", (row) => rows.push({ ...row }));
  try {
    for (const part of parts) reader.push(part.slice());
    reader.end();
  } catch (error) {
    if (error instanceof DataFileError) return undefined;
    throw error;
  }
  return { rows, venues: reader.venues };
}

const tape: FuzzTarget = {
  name: "tapes",
  run: (mutator, note) => {
    const bytes = damageBytes(mutator, mutator.pick(tapes), mutator.pick(tapes));
    note(bytes);
    const read = readTape([bytes]);
    assertEquals(readTape(pieces(bytes, cuts(mutator, bytes.length))), read);
    if (read === undefined) return "refused";
    const [header = "", ...lines] = new TextDecoder().decode(bytes).split("\n").map((line) =>
      line.replace(/\r$/, "")
    ).filter((line) => line !== "");
    assertStrictEquals(read.rows.length, lines.length);
    const names = header.split(",").map((name) => name.trim());
    read.rows.forEach((row, i) => {
      const fields = lines[i]!.split(",");
      const number = (name: string): number => {
        const text = fields[names.indexOf(name)]!;
        return text === "" ? NaN : Number(text);
      };
      assertEquals(
        [row.bid, row.bidQuantity, row.ask, row.askQuantity],
        ["bid", "bid_qty", "ask", "ask_qty"].map(number),
      );
      for (const value of [row.bid, row.bidQuantity, row.ask, row.askQuantity]) {
        assert(!(value < 0) && value !== Infinity, `${value}`);
      }
      assertStrictEquals(read.venues[row.venue], fields[names.indexOf("venue")]);
      assert(Number.isFinite(row.time) && row.time >= (read.rows[i - 1]?.time ?? 0));
    });
    return "read";
  },
};

const captureLines: readonly Json[] = [
  { t: "connect", ts: 1619093532.5 },
  {
    t: "http",
    ts: 1619093531.8,
    url: "https://api.gateio.ws/api/v4/spot/currency_pairs",
    data: '[{"id":"BTC_USDT"}]',
  },
  {
    t: "send",
    ts: 1619093532.6,
    data: '{"channel":"spot.order_book_update","event":"subscribe","payload":["BTC_USDT","100ms"]}',
  },
  {
    t: "http",
    ts: 1619093532.7,
    url: "https://api.gateio.ws/api/v4/spot/order_book?currency_pair=BTC_USDT&limit=100&with_id=true",
    data: '{"id":7,"asks":[["2","1"]],"bids":[["1","3"]]}',
  },
  {
    t: "recv",
    ts: 1619093532.9,
    data:
      '{"channel":"spot.order_book_update","event":"update","result":{"s":"BTC_USDT","U":8,"u":9,"b":[["1","0"]],"a":[]}}',
  },
  {
    t: "recv",
    ts: 1619093533,
    data:
      '{"channel":"spot.trades","event":"update","result":{"currency_pair":"BTC_USDT","side":"buy","amount":"1","price":"2"}}',
  },
];

/** A line whose own fields or whose frame is damaged. */
function damagedLine(mutator: Mutator, line: Json): string {
  const { data, ...rest } = line as { data?: string };
  if (data === undefined || mutator.below(2) === 0) return damageJson(mutator, line);
  return JSON.stringify({ ...rest, data: damageJson(mutator, JSON.parse(data)) });
}

const captureFile = new URL("data/fuzz_capture.jsonl", root);

/** The reader takes a path, so every input is written to a file. */
const capture: FuzzTarget = {
  name: "captures",
  testInputs: 2_000,
  run: async (mutator, note) => {
    const text = mutator.below(2) === 0
      ? damageText(mutator, captureLines.map((line) => JSON.stringify(line)).join("\n"), "{}\n")
      : captureLines.map((line) => mutator.below(4) > 0 ? JSON.stringify(line) : damagedLine(mutator, line))
        .join(
          "\n",
        );
    note(text);
    Deno.writeTextFileSync(captureFile, text);
    let read;
    try {
      read = await readCapture(captureFile);
    } catch (error) {
      if (error instanceof DataFileError) return "refused";
      throw error;
    }
    read.frames.forEach(({ index, text: frame, channel }, i) => {
      assertStrictEquals(index, i);
      assertEquals(JSON.parse(frame).channel, channel);
    });
    return "read";
  },
};

/** What files are read with. */
export const textTargets: readonly FuzzTarget[] = [config, simulation, faultRule, tape, capture];
