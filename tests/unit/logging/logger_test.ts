import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineLogger, type LogLevel } from "../../../src/logging/logger.ts";

const levels = ["debug", "info", "warn", "error"] as const;
/** 2026-01-02T03:04:05.678Z. */
const time = 1_767_323_045_678;

function lines(write: (logger: LineLogger) => void, lowest?: LogLevel): string[] {
  const found: string[] = [];
  write(new LineLogger((line) => found.push(line), () => time, lowest));
  return found;
}

Deno.test("A log line is the time, the level, the message and the fields", () => {
  assertEquals(
    lines((logger) => logger.warn("Book unusable", { exchange: "MEXC_SPOT", gaps: 3, again: true })),
    ["2026-01-02T03:04:05.678Z warn  Book unusable exchange=MEXC_SPOT gaps=3 again=true"],
  );
  assertEquals(lines((logger) => logger.info("Started")), ["2026-01-02T03:04:05.678Z info  Started"]);
});

Deno.test("A log drops what is under its level, which is info unless said otherwise", () => {
  const all = (logger: LineLogger): void => {
    for (const level of levels) logger[level](level);
  };
  const written = (lowest?: LogLevel): string[] => lines(all, lowest).map((line) => line.split(" ")[1]!);
  assertEquals(written(), ["info", "warn", "error"]);
  for (const [index, level] of levels.entries()) assertEquals(written(level), levels.slice(index));
});

Deno.test("A record is one line, whatever a venue put into its texts", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (message, value) => {
    const [line, ...more] = lines((logger) => logger.info(message, { value }));
    assertEquals(more, []);
    assert(!/\p{Cc}/u.test(line!), JSON.stringify(line));
  }));
});

Deno.test("A control character beyond ASCII cannot break a line, and can be read back", () => {
  const value = "next\u0085line\u007f";
  const [line, ...more] = lines((logger) => logger.info("M", { value }));
  assertEquals(more, []);
  assertEquals(line!.slice(line!.indexOf("value=")), 'value="next\\u0085line\\u007f"');
});

Deno.test("A field's text can be read back and cannot pass for another field", () => {
  fc.assert(fc.property(fc.string(), (value) => {
    const [line] = lines((logger) => logger.info("M", { value }));
    const text = line!.slice(line!.indexOf("value=") + "value=".length);
    assertEquals(text.startsWith('"') ? JSON.parse(text) : text, value);
    assert(text.startsWith('"') || !/[\s=]/.test(text));
  }));
  assertEquals(
    lines((logger) => logger.error("Lost", { error: "no answer, code=7" }))[0]!.slice(31),
    [
      'Lost error="no answer, code=7"',
    ][0],
  );
});

Deno.test("A sink or a clock that throws does not reach whoever writes to the log", () => {
  const broken = new LineLogger(() => {
    throw new Error("disk full");
  }, () => time);
  broken.error("Something");
  new LineLogger(() => {}, () => NaN).error("Something");
});
