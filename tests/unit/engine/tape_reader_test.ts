import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DataFileError } from "../../../src/core/errors.ts";
import { readTapeFile, TapeReader, type TapeRow } from "../../../src/engine/tape_reader.ts";

const encoder = new TextEncoder();
const header = "recv_us,venue,bid,bid_qty,ask,ask_qty\n";

/** Reads a text in pieces of this many bytes. */
function read(text: string, pieceLength = 7): { reader: TapeReader; rows: TapeRow[] } {
  const rows: TapeRow[] = [];
  const reader = new TapeReader("tape.csv", (row) => rows.push({ ...row }));
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.slice(at, at + pieceLength));
  reader.end();
  return { reader, rows };
}

const price = fc.integer({ min: 1, max: 10 ** 9 }).map((ticks) => (ticks / 1e5).toFixed(5));
const rowArbitrary = fc.record({
  gapUs: fc.nat(5_000_000),
  venue: fc.constantFrom("mexc_spot", "gate_futures", "x"),
  values: fc.tuple(price, price, price, price),
});

Deno.test("TapeReader reads what split and Number read, however the file is cut into pieces", () => {
  fc.assert(
    fc.property(
      fc.array(rowArbitrary, { minLength: 1 }),
      fc.integer({ min: 1, max: 200 }),
      (tape, pieceLength) => {
        let time = 1_760_156_253_726_478;
        const lines = tape.map(({ gapUs, venue, values }) => [time += gapUs, venue, ...values].join(","));
        const { reader, rows } = read(header + lines.join("\r\n"), pieceLength);
        const expected = lines.map((line) => {
          const [us, venue, ...values] = line.split(",");
          return [Number(us) / 1000, venue, ...values.map(Number)];
        });
        const got = rows.map((row) => [
          row.time,
          reader.venues[row.venue],
          row.bid,
          row.bidQuantity,
          row.ask,
          row.askQuantity,
        ]);
        assertEquals(got, expected);
      },
    ),
  );
});

Deno.test("TapeReader reads nanoseconds and milliseconds, and columns in any order", () => {
  const ns = read("venue,ask,ask_qty,bid,bid_qty,recv_ns,exch_ms\na,2,20,1,10,1723161254087891268,\n").rows;
  assertEquals(ns, [{ venue: 0, time: 1723161254087.891, bid: 1, bidQuantity: 10, ask: 2, askQuantity: 20 }]);
  assertEquals(read("recv_ms,venue,bid,bid_qty,ask,ask_qty\n17,a,1,1,2,1\n").rows[0]!.time, 17);
});

Deno.test("TapeReader takes an empty field for an empty side, and lets time not go back", () => {
  const { reader, rows } = read(header + "5000,a,,,2,1\n4000,a,1,1,2,1\n");
  assertEquals(rows.map(({ bid, time }) => [bid, time]), [[NaN, 5], [1, 5]]);
  assertEquals(reader.unordered, 1);
});

Deno.test("TapeReader names the line and what is wrong there", () => {
  const broken: [string, string][] = [
    [header + "1,a,1,1,2,1\n2,a,x,1,2,1\n", `tape.csv line 3: "x" is not a number`],
    [header + `1,a,${"9".repeat(310)},1,2,1\n`, "is not a number"],
    [header + "1,a,1\n", "tape.csv line 2: there are only 3 columns"],
    [header + "1.5,a,1,1,2,1\n", "tape.csv line 2: the time is not a whole number"],
    [header + "1,,1,1,2,1\n", "tape.csv line 2: the venue is empty"],
    ["time,venue,bid\n", "lacks the columns recv_us (or recv_ns, recv_ms), bid_qty, ask, ask_qty"],
    [header, "holds no rows"],
    ["", "holds no rows"],
  ];
  for (const [text, message] of broken) assertThrows(() => read(text), DataFileError, message);
});

Deno.test("readTapeFile refuses a file that is not there, by name", async () => {
  const reader = new TapeReader("nowhere.csv", () => {});
  await assertRejects(() => readTapeFile("nowhere.csv", reader, () => {}), DataFileError, `"nowhere.csv"`);
});
