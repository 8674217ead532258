import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createEvent, type RegisteredEvent } from "../../../src/logging/log_event.ts";
import type { LogRecord } from "../../../src/logging/log_record.ts";
import { LogSetupError } from "../../../src/logging/logging_error.ts";
import { type LogValue, RecordSource } from "../../../src/logging/record_source.ts";
import { levelNumber, makeRing, type RecordLevel } from "../../../src/logging/ring_layout.ts";
import { RingReader } from "../../../src/logging/ring_reader.ts";
import { RingWriter } from "../../../src/logging/ring_writer.ts";

const smallest = 65_536;

/** A record as plain data. */
interface Plain {
  readonly event: string;
  readonly time: number;
  readonly correlation: number;
  readonly values: readonly LogValue[];
}

function plain(record: LogRecord): Plain {
  const { definition, time, correlation } = record;
  const values = definition.fields.map((_, i) => record.at(i));
  return { event: definition.message, time, correlation, values };
}

/** Both ends of a ring, and events of every kind. */
class Pipe {
  readonly ring: SharedArrayBuffer;
  readonly writer: RingWriter;
  readonly source: RecordSource;
  readonly reader: RingReader;
  now = 0;
  readonly read: Plain[] = [];

  constructor(bytes = smallest) {
    this.ring = makeRing(bytes);
    this.writer = new RingWriter(this.ring);
    this.source = new RecordSource(this.writer, {
      now: () => this.now,
      stamp: (floats, at) => {
        floats[at] = this.now;
      },
    });
    this.reader = new RingReader(this.ring);
  }

  event<const Fields extends readonly string[]>(
    level: RecordLevel,
    message: string,
    fields: Fields,
  ): ReturnType<typeof createEvent<Fields>> {
    const event = createEvent(this.source, { tag: "", level, message }, fields);
    (event as RegisteredEvent).enabled = true;
    return event;
  }

  drain(maxRecords = Infinity): number {
    return this.reader.read((record) => this.read.push(plain(record)), maxRecords);
  }
}

const number = fc.double();
const text = fc.string({ unit: "binary", maxLength: 200 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ numbers: fc.array(number, { maxLength: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ typed: fc.array(fc.oneof(number, text, fc.boolean()), { maxLength: 32 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      mixed: fc.tuple(fc.oneof(fc.constantFrom("MEXC", "GATE"), text), number, number),
    }),
  },
  { weight: 1, arbitrary: fc.record({ drain: fc.integer({ min: 0, max: 400 }) }) },
);

Deno.test("Any sequence of records comes out as it went in, in order and whole, however often the ring goes around", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (steps, repeats) => {
      const pipe = new Pipe();
      const numbers = Array.from(
        { length: 9 },
        (_, n) => pipe.event("error", `${n} numbers`, Array.from({ length: n }, (_, i) => `f${i}`)),
      );
      const mixed = pipe.event("error", "mixed", ["venue:text", "size", "more"]);
      const typed = Array.from({ length: 33 }, (_, n) => {
        const fields = Array.from({ length: n }, (_, i) => `f${i}`);
        const id = pipe.source.register({
          tag: "",
          level: "error",
          message: `${n} typed`,
          fields,
          texts: [],
        });
        return { id, isDefined: false };
      });
      const written: Plain[] = [];
      const write = (event: string, values: readonly LogValue[], put: () => void): void => {
        pipe.now += 0.25;
        pipe.source.correlation = written.length % 3;
        const before = pipe.writer.dropped(levelNumber.error);
        put();
        if (pipe.writer.dropped(levelNumber.error) !== before) return;
        written.push({ event, time: pipe.now, correlation: written.length % 3, values });
      };
      for (let i = 0; i < repeats; i++) {
        for (const each of steps) {
          if ("drain" in each) pipe.drain(each.drain);
          else if ("numbers" in each) {
            const { length } = each.numbers;
            write(`${length} numbers`, each.numbers, () => numbers[length]!.write(...each.numbers));
          } else if ("mixed" in each) {
            write("mixed", each.mixed, () => mixed.write(...each.mixed));
          } else {
            const values = each.typed, kind = typed[values.length]!;
            write(`${values.length} typed`, values, () => {
              kind.isDefined ||= pipe.source.define(kind.id);
              const isWritten = kind.isDefined &&
                pipe.source.writeTyped(kind.id, levelNumber.error, pipe.now, values);
              if (!isWritten) pipe.writer.drop(levelNumber.error);
            });
          }
        }
      }
      pipe.drain();
      assertEquals(pipe.read, written);
      assert(pipe.reader.isEmpty);
    }),
    { numRuns: 150 },
  );
});

Deno.test("The ring goes around its end thousands of times without losing or changing a record", () => {
  const pipe = new Pipe();
  const event = pipe.event("debug", "Quote", ["a", "b", "c"]);
  let sum = 0;
  for (let i = 0; i < 500_000; i++) {
    event.write(i, i / 3, -i);
    if (i % 977 === 0) {
      pipe.drain();
      for (const { values: [a, b, c] } of pipe.read.splice(0)) {
        assert(a === sum && b === sum / 3 && c === -sum, `record ${sum} reads ${a} ${b} ${c}`);
        sum += 1;
      }
    }
  }
  pipe.drain();
  assertEquals([sum + pipe.read.length, pipe.writer.dropped(0)], [500_000, 0]);
});

Deno.test("A full ring drops the newest records, debug first, and counts them by level", () => {
  const pipe = new Pipe();
  const levels = ["debug", "info", "warn", "error", "audit"] as const;
  const events = levels.map((level) => pipe.event(level, level, ["n"]));
  const accepted = levels.map((level, i) => {
    let count = 0;
    while (pipe.writer.dropped(levelNumber[level]) === 0) {
      events[i]!.write(count);
      if (pipe.writer.dropped(levelNumber[level]) === 0) count += 1;
    }
    return count;
  });
  // 8192 words of which a record takes 4; of each level this share of the ring stays free for those above it.
  const shares = [3 / 4, 1 / 8, 1 / 16, 3 / 64, 1 / 64];
  accepted.forEach((count, i) => {
    const expected = shares[i]! * 2_048;
    assert(Math.abs(count - expected) <= 20, `${levels[i]}: ${count} records, about ${expected} expected`);
  });
  events.forEach((event) => event.write(0));
  assertEquals(levels.map((level) => pipe.writer.dropped(levelNumber[level])), [2, 2, 2, 2, 2]);
  pipe.drain();
  for (const [i, level] of levels.entries()) {
    const values = pipe.read.filter(({ event }) => event === level).map(({ values }) => values[0]);
    assertEquals(values, Array.from({ length: accepted[i]! }, (_, n) => n), "the oldest are kept, in order");
  }
});

Deno.test("An event that there was no room to define is defined with a later record", () => {
  const pipe = new Pipe();
  const filling = pipe.event("audit", "filling", []);
  while (pipe.writer.dropped(4) === 0) filling.write();
  const late = pipe.event("info", "late", ["venue:text"]);
  late.write("MEXC");
  assertEquals(pipe.writer.dropped(1), 1);
  pipe.drain();
  pipe.read.length = 0;
  late.write("GATE");
  pipe.drain();
  assertEquals(pipe.read.map(({ event, values }) => [event, ...values]), [["late", "GATE"]]);
});

Deno.test("A reader that begins anew knows what was defined before", () => {
  const pipe = new Pipe();
  const event = pipe.event("info", "told", ["venue:text"]);
  event.write("MEXC");
  pipe.drain();
  event.write("MEXC");
  const found: Plain[] = [];
  new RingReader(pipe.ring, pipe.source.vocabulary).read((record) => found.push(plain(record)), Infinity);
  assertEquals(found.map(({ event, values }) => [event, ...values]), [["told", "MEXC"]]);
});

Deno.test("An event that is switched off writes nothing and drops nothing", () => {
  const pipe = new Pipe();
  const event = pipe.event("info", "off", ["n"]);
  event.enabled = false;
  event.write(1);
  event.writeAt(2, 1);
  pipe.drain();
  assertEquals([pipe.read, pipe.writer.dropped(1)], [[], 0]);
});

Deno.test("A ring has a size that is a power of two, and an event at most 8 different fields", () => {
  for (const bytes of [0, 65_535, 100_000, 2 ** 29, NaN]) {
    assertThrows(() => makeRing(bytes), LogSetupError, "power of two");
  }
  const pipe = new Pipe();
  assertThrows(() => pipe.event("info", "many", [..."abcdefghi"]), LogSetupError, "8 different");
  assertThrows(() => pipe.event("info", "twice", ["a", "a:text"]), LogSetupError, "8 different");
  assertThrows(() => pipe.event("info", "late", ["a", "b:text"]), LogSetupError, "Only the first");
});
