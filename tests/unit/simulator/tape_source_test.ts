import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataFileError } from "../../../src/core/errors.ts";
import { TapeSource } from "../../../src/simulator/mod.ts";
import { Box } from "./box.ts";
import { missing, recordedFile } from "../../support/recorded_data.ts";

const lunc = "tapes/lunc_usdt_mexc-spot_gate-futures_20251011.csv";
const btc = "tapes/btc_binance-spot_usdm_coinm_20240808.csv.gz";

Deno.test({
  name: "A tape sets the best quotes of both venues at their times",
  ignore: missing(lunc),
  fn: async () => {
    const source = await TapeSource.load(recordedFile(lunc), {
      base: "LUNC",
      venues: {
        mexc_spot: { exchange: "MEXC_SPOT" },
        gate_futures: { exchange: "GATEIO_FUTURES", contractSize: "10000" },
      },
      speed: 100,
    });
    const box = new Box({ source });
    const rows = Deno.readTextFileSync(recordedFile(lunc)).trim().split("\n").slice(1).map((row) =>
      row.split(",")
    );
    const start = Number(rows[0]![0]);
    box.simulator.start();
    for (let second = 1; second <= 50; second++) {
      box.run(1000);
      for (
        const [venue, exchange, symbol] of [
          ["mexc_spot", "MEXC_SPOT", "LUNCUSDT"],
          ["gate_futures", "GATEIO_FUTURES", "LUNC_USDT"],
        ] as const
      ) {
        const until = start + second * 1000 * 1000 * 100;
        const last = rows.filter((row) => row[1] === venue && Number(row[0]) <= until).at(-1)!;
        const { bids, asks } = box.simulator.truth.book(exchange, symbol)!;
        assertEquals(
          [...bids[0]!, ...asks[0]!],
          [Number(last[2]), Number(last[3]), Number(last[4]), Number(last[5])],
        );
        assert(bids.length >= 20 && asks.length >= 20);
        assert([...bids, ...asks].every(([price, size]) => price > 0 && size > 0));
      }
    }
    const contract = await box.get("GATEIO_FUTURES", "/futures/usdt/contracts/LUNC_USDT");
    const { quanto_multiplier, order_price_round } = contract.body as Record<string, string>;
    assertEquals([quanto_multiplier, order_price_round], ["10000", "0.00000001"]);
    await box.simulator.stop();
  },
});

Deno.test({
  name: "A packed tape of many rows plays and may start over",
  ignore: missing(btc),
  fn: async () => {
    const source = await TapeSource.load(recordedFile(btc), {
      base: "BTC",
      venues: {
        binance_spot: { exchange: "MEXC_SPOT" },
        binance_usdm: { exchange: "GATEIO_FUTURES", contractSize: "0.001" },
      },
      speed: 60,
      repeat: true,
    });
    const box = new Box({ source });
    const line = box.open("MEXC_SPOT");
    line.mexc("spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT");
    box.run(source.durationMs * 1.5);
    assert(line.frames.length > 500, `${line.frames.length} frames`);
    await box.simulator.stop();
  },
});

Deno.test("A tape with other columns, or without a venue that is asked for, is refused", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const load = (): Promise<TapeSource> =>
    TapeSource.load(path, { base: "X", venues: { here: { exchange: "MEXC_SPOT" } } });
  try {
    await Deno.writeTextFile(path, "time,price\n1,2\n");
    await assertRejects(load, DataFileError, "recv_ns");
    await Deno.writeTextFile(path, "recv_ms,venue,bid,bid_qty,ask,ask_qty\n1,there,1,1,2,1\n");
    await assertRejects(load, DataFileError, 'no venue "here"');
  } finally {
    await Deno.remove(path);
  }
});
