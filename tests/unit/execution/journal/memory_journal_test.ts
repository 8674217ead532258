import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readLines } from "../../../../src/execution/journal/journal_line.ts";
import { MemoryJournal } from "../../../../src/execution/journal/memory_journal.ts";
import type { JournalEvent } from "../../../../src/execution/journal_record.ts";
import { lesserEvent } from "./journal_events.ts";

const clock = { epochMs: (): number => 1000 };
const stopped: JournalEvent = { kind: "stopped", scope: "all", why: "a test" };

Deno.test("A new journal in memory begins with a snapshot of nothing", () => {
  const { state, journal, torn } = MemoryJournal.open({ clock, id: "abc" });
  assertEquals([journal.id, journal.lastSequence, torn], ["abc", 1, undefined]);
  assertEquals([state.id, state.lastSequence, state.nextExecution, state.fillsUntil], ["abc", 1, 1, 1000]);
  assertEquals([...state.orders, ...state.executions, ...state.bookings, ...state.stops], []);
});

Deno.test("A journal in memory that is cut off anywhere goes on without a hole", () => {
  fc.assert(
    fc.property(fc.array(lesserEvent, { maxLength: 8 }), fc.double({ min: 0, max: 1 }), (events, part) => {
      const { journal } = MemoryJournal.open({ clock, id: "j" });
      const begun = journal.bytes.length;
      for (const event of events) journal.append(event);
      const cut = begun + Math.floor(part * (journal.bytes.length - begun));
      const again = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes.subarray(0, cut) });
      again.journal.append(stopped);
      const lines = journal.bytes.subarray(0, cut).filter((byte) => byte === 10).length;
      assertEquals(again.state.lastSequence, lines);
      const { records, torn } = readLines(again.journal.bytes, "again", 1);
      assertEquals([records.length, torn], [lines + 1, undefined]);
    }),
    { numRuns: 200 },
  );
});

Deno.test("A journal in memory that does not keep all holds no more than since its last snapshot", () => {
  const { journal } = MemoryJournal.open({ clock, id: "j", keepsAll: false });
  const facts = { positions: [], flows: [], feesQuote: 0, fillsUntil: 0, isSettled: (): boolean => true };
  let most = 0;
  for (let round = 0; round < 20; round++) {
    for (let line = 0; line < 50; line++) journal.append(stopped);
    most = Math.max(most, journal.bytes.length);
    journal.takeSnapshot(facts);
  }
  assert(most < 60 * 120, `${most} bytes`);
  const { state } = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes });
  assertEquals([state.lastSequence, state.stops.length], [1 + 20 * 51, 1]);
});

Deno.test("No number is given twice, however often a loss of power takes the lines after the snapshot of a start", () => {
  const facts = { positions: [], flows: [], feesQuote: 0, fillsUntil: 0, isSettled: (): boolean => true };
  let bytes = MemoryJournal.open({ clock, id: "j" }).journal.bytes;
  let last = 0;
  for (let start = 0; start < 5; start++) {
    const { journal, state } = MemoryJournal.open({ clock, id: "j", bytes });
    assert(state.nextExecution > last, `${state.nextExecution} after ${last}`);
    journal.takeSnapshot(facts);
    // Only what is written up to here is on the disk; these executions are not.
    bytes = journal.bytes;
    last = state.nextExecution + 900;
  }
});
