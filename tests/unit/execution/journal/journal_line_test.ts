import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { JournalError } from "../../../../src/execution/journal/journal_error.ts";
import { LineEncoder, readLines } from "../../../../src/execution/journal/journal_line.ts";
import type { JournalEvent, JournalRecord } from "../../../../src/execution/journal_record.ts";
import { journalEvent } from "./journal_events.ts";

function linesOf(events: readonly JournalEvent[], first = 1): Uint8Array[] {
  const encoder = new LineEncoder();
  return events.map((event, index) => encoder.encode(event, first + index, 100 + index).slice());
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(lines.flatMap((line) => [...line]));
}

function recordsOf(events: readonly JournalEvent[], first = 1): JournalRecord[] {
  return events.map((event, index) => ({ ...event, sequence: first + index, at: 100 + index }));
}

const resumed: JournalEvent = { kind: "resumed", scope: "all", why: "" };

Deno.test("Whatever is written into a journal is read from it", () => {
  fc.assert(
    fc.property(
      fc.array(journalEvent, { maxLength: 8 }),
      fc.integer({ min: 1, max: 1e9 }),
      (events, first) => {
        const bytes = joined(linesOf(events, first));
        const text = readLines(bytes, "x", first);
        assertEquals(text.records, recordsOf(events, first));
        assertEquals([text.bytes, text.torn], [bytes.length, undefined]);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("A journal that is cut off at any byte is read up to the last whole line", () => {
  fc.assert(
    fc.property(fc.array(journalEvent, { minLength: 1, maxLength: 3 }), (events) => {
      const lines = linesOf(events);
      const bytes = joined(lines), records = recordsOf(events);
      let whole = 0, start = 0;
      for (let cut = 0; cut <= bytes.length; cut++) {
        if (whole < lines.length && cut === start + lines[whole]!.length) start += lines[whole++]!.length;
        const text = readLines(bytes.subarray(0, cut), "x");
        assertEquals(text.bytes, start);
        assertEquals(
          [text.torn?.from, text.torn?.bytes],
          cut === start ? [undefined, undefined] : [start, cut - start],
        );
        if (cut === start) assertEquals(text.records, records.slice(0, whole));
        else assertEquals(text.records.length, whole);
      }
    }),
    { numRuns: 12 },
  );
});

Deno.test("A changed byte of a journal is noticed, wherever it is", () => {
  fc.assert(
    fc.property(
      fc.array(journalEvent, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 255 }),
      (events, change) => {
        const lines = linesOf(events);
        const bytes = joined(lines);
        const lastLine = bytes.length - lines.at(-1)!.length;
        for (let at = 0; at < bytes.length; at++) {
          const changed = bytes.slice();
          changed[at]! ^= change;
          try {
            const text = readLines(changed, "x");
            // Only the end may be missing, and it is told of.
            assert(text.torn !== undefined && text.records.length < lines.length);
            assert(at >= lastLine || (at === lastLine - 1 && lines.length > 1), `byte ${at} of ${lastLine}`);
          } catch (error) {
            assert(error instanceof JournalError, String(error));
          }
        }
      },
    ),
    { numRuns: 12 },
  );
});

Deno.test("Damage before the end names the file, the line and what to do", () => {
  const bytes = joined(linesOf([resumed, resumed, resumed]));
  bytes[bytes.length / 3 + 20]! ^= 1;
  const error = assertThrows(() => readLines(bytes, "data/j-1.journal"), JournalError);
  for (const part of ["Line 2", "data/j-1.journal", "checksum", "cancel all open orders"]) {
    assert(error.message.includes(part), error.message);
  }
});

Deno.test("A missing, a doubled and a swapped line are noticed", () => {
  const [a, b, c] = linesOf([resumed, resumed, resumed]) as [Uint8Array, Uint8Array, Uint8Array];
  for (const lines of [[a, c], [a, b, b], [a, c, b], [b, c]]) {
    assertThrows(() => readLines(joined(lines), "x", 1), JournalError, "is missing");
  }
});

Deno.test("Zeros behind the last line are what a loss of power leaves, and are cut off", () => {
  const line = linesOf([resumed])[0]!;
  const text = readLines(joined([line, new Uint8Array(5_000)]), "x");
  assertEquals([text.records.length, text.bytes, text.torn?.bytes], [1, line.length, 5_000]);
  assertEquals(text.torn?.text.length, 120);
});

Deno.test("A record of another version is refused and names the field", () => {
  const line = linesOf([{ ...resumed, colour: "red" } as JournalEvent]);
  assertThrows(() => readLines(joined(line), "x"), JournalError, "colour");
  const kind = linesOf([{ kind: "danced" } as unknown as JournalEvent]);
  assertThrows(() => readLines(joined(kind), "x"), JournalError, "kind");
});

Deno.test("A number that is not finite is not written, and the error names it", () => {
  for (const residue of [NaN, Infinity, -Infinity]) {
    const event: JournalEvent = { kind: "ended", execution: 1, residue, profit: 0, why: "" };
    assertThrows(() => linesOf([event]), JournalError, `ended.residue into the journal: it is ${residue}`);
  }
});

Deno.test("A line that is longer than the buffer is written whole", () => {
  const event: JournalEvent = { ...resumed, why: "€".repeat(50_000) };
  assertEquals(readLines(joined(linesOf([event, resumed])), "x").records, recordsOf([event, resumed]));
});
