/**
 * Replay of a recorded three-venue tape: reading, books, detection, strategies, trading desk.
 * @module
 */
import { parseConfig } from "../../src/config/hft_config.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { unitStep } from "../../src/core/instrument.ts";
import type { TapeVenue } from "../../src/engine/tape_books.ts";
import { TapeReader } from "../../src/engine/tape_reader.ts";
import { TapeReplay } from "../../src/engine/tape_replay.ts";
import replayYaml from "../../config/replay.yaml" with { type: "text" };

const name = "btc_binance-spot_usdm_coinm_20240808.csv.gz";
const path = new URL(`../../../shared/data/tapes/${name}`, import.meta.url);
const group = "replay of the three-venue BTC tape, 187,618 rows";

/** The tape's bytes, unpacked; undefined when the recording is not beside the project. */
async function readBytes(): Promise<Uint8Array | undefined> {
  try {
    const file = await Deno.open(path);
    return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).bytes();
  } catch (error) {
    // deno-lint-ignore no-console
    console.log(`Skipped "${group}": ${(error as Error).message}`);
    return undefined;
  }
}

const bytes = await readBytes();
const config = parseConfig(replayYaml, "config/replay.yaml");
/** Epoch milliseconds of the first row. */
const startMs = 1_723_161_254_087.891;
const venues: TapeVenue[] = (["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const).map((exchange) => ({
  exchange,
  contractSize: unitStep,
  tick: DecimalStep.parse("0.01"),
  lot: DecimalStep.parse("0.00001"),
}));

if (bytes !== undefined) {
  Deno.bench("cexarb: read, book, detect, decide", { group }, async () => {
    const replay = new TapeReplay({ venues, config, startMs });
    const reader = new TapeReader(name, (row) => replay.onRow(row));
    reader.push(bytes);
    reader.end();
    await replay.finish();
  });
  Deno.bench("split(',') and Number only", { group, baseline: true }, () => {
    let sum = 0;
    for (const line of new TextDecoder().decode(bytes).split("\n")) {
      const [, , bid, , ask] = line.split(",");
      sum += Number(bid) + Number(ask);
    }
    if (sum === 0) throw new Error("The tape is empty");
  });
}
