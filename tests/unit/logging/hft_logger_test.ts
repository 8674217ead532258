import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Secret } from "../../../src/core/secret.ts";
import { ConsoleBackend } from "../../../src/logging/backends/console_backend.ts";
import type { HftLogger } from "../../../src/logging/hft_logger.ts";
import { HftLoggerFactory } from "../../../src/logging/hft_logger_factory.ts";
import { LineLogger, type LogFields, type LogLevel } from "../../../src/logging/logger.ts";
import { LogSetupError } from "../../../src/logging/logging_error.ts";
import type { LoggingSettings } from "../../../src/logging/logging_settings.ts";
import { LatencyHistogram } from "../../../src/telemetry/latency_histogram.ts";

const epoch = Date.UTC(2026, 0, 1);
const decoder = new TextDecoder();

/** A log whose lines end up in an array. */
async function withLog(
  settings: Partial<LoggingSettings>,
  test: (log: HftLoggerFactory, lines: () => string[]) => void | Promise<void>,
): Promise<void> {
  let text = "";
  const sink = {
    writeSync: (bytes: Uint8Array): number => {
      text += decoder.decode(bytes);
      return bytes.length;
    },
  };
  const log = new HftLoggerFactory(
    {
      level: "info",
      backends: [{ kind: "console", name: "console" }],
      rules: [{ to: ["console"] }],
      ...settings,
    },
    {
      drain: "inline",
      time: {
        now: () => epoch,
        stamp: (floats, at) => {
          floats[at] = epoch;
        },
      },
      openBackend: (backend) =>
        new ConsoleBackend(
          backend.name,
          { format: backend.kind === "console" ? backend.format ?? "text" : "json", colour: false },
          sink,
        ),
    },
  );
  try {
    await test(log, () => {
      log.flushSync();
      const lines = text.split("\n").slice(0, -1);
      text = "";
      return lines;
    });
  } finally {
    await log.close();
  }
}

function without(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace("2026-01-01T00:00:00.000Z ", ""));
}

Deno.test("A log of the ring writes the lines that a plain log writes, whatever the fields are", async () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean());
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const fields = fc.dictionary(name, value, { maxKeys: 12, noNullPrototype: true });
  await withLog({ level: "debug" }, (log, lines) => {
    const logger = log.logger("");
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fields,
        fc.constantFrom<LogLevel>("debug", "info", "warn", "error"),
        (message, fields, level) => {
          const expected: string[] = [];
          const plain = new LineLogger((line) => expected.push(line), () => epoch, "debug");
          plain[level](message, fields);
          logger[level](message, fields);
          // What cannot be written as UTF-8 is replaced on the way to the console.
          assertEquals(lines(), expected.map((line) => line.toWellFormed()));
        },
      ),
      { numRuns: 500 },
    );
  });
});

Deno.test("A line of JSON holds the record", async () => {
  const backends = [{ kind: "console", name: "console", format: "json" }] as const;
  await withLog({ backends }, (log, lines) => {
    const logger = log.logger("exchange.mexc");
    const event = logger.event("info", 'Quote "seen"', ["venue:text", "bid", "ask"]);
    {
      using _ = logger.correlate(17);
      event.write('ME"XC\n', 64_012.35, NaN);
    }
    logger.warn("Odd", { isOdd: true, text: "a\u2028b" });
    assertEquals(lines().map((line) => JSON.parse(line)), [
      {
        time: "2026-01-01T00:00:00.000Z",
        level: "info",
        tag: "exchange.mexc",
        message: 'Quote "seen"',
        correlation: 17,
        fields: { venue: 'ME"XC\n', bid: 64_012.35, ask: "NaN" },
      },
      {
        time: "2026-01-01T00:00:00.000Z",
        level: "warn",
        tag: "exchange.mexc",
        message: "Odd",
        fields: { isOdd: true, text: "a\u2028b" },
      },
    ]);
  });
});

Deno.test("Levels hold for a tag and those below it, and change while the program runs", async () => {
  await withLog({ level: "warn", levels: { "exchange.mexc": "debug" } }, (log, lines) => {
    const ws = log.logger("exchange").child("mexc").child("ws"), gate = log.logger("exchange.gateio");
    assert(ws === log.logger("exchange.mexc.ws"));
    const [seenWs, seenGate] = [ws, gate].map((logger) => logger.event("info", "Seen", ["n"]));
    const write = (): string[] => {
      for (const logger of [ws, gate]) logger.info("Said");
      seenWs!.write(1);
      seenGate!.write(2);
      gate.error("Always");
      return without(lines());
    };
    const always = "error exchange.gateio: Always";
    assertEquals(write(), ["info  exchange.mexc.ws: Said", "info  exchange.mexc.ws: Seen n=1", always]);
    assertEquals([seenWs!.enabled, seenGate!.enabled, gate.isEnabled("info")], [true, false, false]);
    log.setLevel("exchange", "info");
    log.setLevel("exchange.mexc.ws", "error");
    assertEquals(write(), ["info  exchange.gateio: Said", "info  exchange.gateio: Seen n=2", always]);
    log.setLevel("exchange", undefined);
    log.setLevel("exchange.mexc.ws", undefined);
    log.setLevel("", "error");
    assertEquals(log.levelOf("exchange.gateio"), "error");
    assertEquals(write(), ["info  exchange.mexc.ws: Said", "info  exchange.mexc.ws: Seen n=1", always]);
  });
});

Deno.test("Records carry the id of what they belong to, also in blocks within blocks", async () => {
  await withLog({}, (log, lines) => {
    const logger = log.logger("");
    logger.info("before");
    {
      using _ = logger.correlate(1);
      {
        using _ = log.logger("other").correlate(2);
        logger.info("inner");
      }
      logger.info("outer");
    }
    logger.info("after");
    assertEquals(without(lines()), [
      "info  before",
      "info  inner correlation=2",
      "info  outer correlation=1",
      "info  after",
    ]);
  });
});

Deno.test("A timer writes how long a block took, and puts it into a histogram; blocks may overlap", async () => {
  await withLog({ level: "debug" }, async (log, lines) => {
    const histogram = new LatencyHistogram();
    const timer = log.logger("net").timer("Decoded", histogram);
    const first = timer.start();
    {
      using second = timer.start();
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert(second.elapsedMs >= 19);
    }
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const found = lines();
    assertEquals([found.length, histogram.count], [2, 2]);
    for (const line of found) {
      assertMatch(line, /debug net: Decoded us=\d+(\.\d{1,3})?$/);
      assert(Number(line.split("=")[1]) >= 19_000, line);
    }
  });
});

Deno.test("Many messages, many fields and long texts are written as far as there is room, and nothing is thrown", async () => {
  await withLog({}, (log, lines) => {
    const logger = log.logger("");
    for (let i = 0; i < 1_500; i++) logger.info(`Message ${i}`, { i });
    const found = without(lines());
    assertEquals(found.length, 1_500);
    assertEquals(found[7], "info  Message 7 i=7");
    assertEquals(found[1_400], String.raw`info  Various text="Message 1400 {\"i\":1400}"`);
    logger.warn("Wide", Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i])));
    assertMatch(lines()[0]!, /Wide f0=0 .* f30=30 more="f31=31 .* f49=49"$/);
    logger.warn("Long", { text: "x".repeat(100_000), after: "y" });
    assertMatch(lines()[0]!, /Long text=x{16384} after=""$/);
    const none = undefined as unknown as LogFields;
    logger.warn("None", none);
    assertEquals(without(lines()), ["warn  None"]);
  });
});

Deno.test("A secret is *** in the log, however it is handed over", async () => {
  await withLog({}, (log, lines) => {
    const secret = new Secret("45d0b3c26f2644f19bfb98b07741b2f5");
    const write = (logger: HftLogger): void => {
      logger.info(`Key ${secret}`, { key: secret } as unknown as LogFields);
      logger.event("info", "Signed", ["key:text"]).write(String(secret));
      logger.error(String(new Error(`failed with ${secret}`)), { list: [secret] } as unknown as LogFields);
    };
    write(log.logger("account"));
    const text = lines().join("\n");
    assert(!text.includes(secret.reveal()), text);
    assertEquals(text.split("***").length, 6, text);
  });
});

Deno.test("Settings that contradict themselves are refused", () => {
  const settings = { level: "info", backends: [{ kind: "console", name: "a" }], rules: [] } as const;
  const wrong: [Partial<LoggingSettings>, string][] = [
    [{ backends: [...settings.backends, ...settings.backends] }, "Two log backends are named a"],
    [{ rules: [{ to: ["b"] }] }, "sends to b, which is no backend: use a"],
    [{ drainIntervalMs: 0 }, "drainIntervalMs is 0"],
    [{ ringBytes: 1_000 }, "power of two"],
  ];
  for (const [change, message] of wrong) {
    assertThrows(() => new HftLoggerFactory({ ...settings, ...change }), LogSetupError, message);
  }
});
