import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LogBackend } from "../../../src/logging/backends/backend.ts";
import type { LogFile } from "../../../src/logging/backends/byte_sink.ts";
import { ConsoleBackend } from "../../../src/logging/backends/console_backend.ts";
import { FileBackend } from "../../../src/logging/backends/file_backend.ts";
import { GuardedBackend } from "../../../src/logging/backends/guarded_backend.ts";
import { MetricsBackend } from "../../../src/logging/backends/metrics_backend.ts";
import type { EventDefinition } from "../../../src/logging/event_definition.ts";
import { LogRecord } from "../../../src/logging/log_record.ts";
import { LogRouter } from "../../../src/logging/log_router.ts";
import type { LogRule } from "../../../src/logging/logging_settings.ts";

function recordOf(definition: Partial<EventDefinition>, ...values: (string | number)[]): LogRecord {
  const record = new LogRecord({
    tag: "",
    level: "info",
    message: "Message",
    fields: [],
    texts: [],
    ...definition,
  });
  record.time = 1_767_225_600_123.456;
  values.forEach((value, i) => record.set(i, value));
  return record;
}

const decoder = new TextDecoder();

/** Collects what is written, a few bytes a call. */
class SlowSink {
  text = "";

  writeSync(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, 7);
    this.text += decoder.decode(taken);
    return taken.length;
  }
}

/** Takes records, and fails when it is told to. */
class FakeBackend implements LogBackend {
  readonly written: string[] = [];
  taken: string[] = [];
  isBroken = false;

  constructor(readonly name: string) {}

  write(record: LogRecord): void {
    this.taken.push(record.definition.message);
  }

  flush(): void {
    if (this.isBroken) throw new Error("broken");
    this.written.push(...this.taken.splice(0));
  }

  discard(): number {
    return this.taken.splice(0).length;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await Deno.mkdir("data", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: "data", prefix: "test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names and texts of the files of a folder, decompressed. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const file = await Deno.open(`${folder}/${name}`);
    const bytes = name.endsWith(".gz")
      ? file.readable.pipeThrough(new DecompressionStream("gzip"))
      : file.readable;
    files[name] = await new Response(bytes).text();
  }
  return Object.fromEntries(Object.entries(files).sort());
}

Deno.test("The console shows whole lines, in colour only when asked to", () => {
  const plain = new SlowSink(), coloured = new SlowSink();
  for (const [sink, colour] of [[plain, false], [coloured, true]] as const) {
    const backend = new ConsoleBackend("console", { format: "text", colour }, sink);
    backend.write(recordOf({ level: "warn", tag: "net", fields: ["n"] }, 5));
    backend.flush();
    backend.flush();
  }
  assertEquals(plain.text, "2026-01-01T00:00:00.123Z warn  net: Message n=5\n");
  assertEquals(coloured.text, "2026-01-01T00:00:00.123Z \x1b[33mwarn \x1b[39m net: Message n=5\n");
});

Deno.test("A log file is replaced when it is full, and old ones are compressed, counted and removed", async () => {
  await withFolder(async (folder) => {
    const settings = {
      kind: "file",
      name: "file",
      path: `${folder}/logs/a.log`,
      maxBytes: 150,
      keep: 2,
    } as const;
    const backend = new FileBackend(settings, () => Date.UTC(2026, 0, 2));
    for (let i = 1; i <= 9; i++) {
      backend.write(recordOf({ fields: ["n"] }, i));
      backend.flush();
    }
    await backend.close();
    const line = (n: number): string => `2026-01-01T00:00:00.123456Z info  Message n=${n}\n`;
    assertEquals(await filesOf(`${folder}/logs`), {
      "a.log": line(7) + line(8) + line(9),
      "a.log.2026-01-02.1.gz": line(1) + line(2) + line(3),
      "a.log.2026-01-02.2.gz": line(4) + line(5) + line(6),
    });
    await Deno.utime(`${folder}/logs/a.log`, Date.UTC(2026, 0, 2) / 1_000, Date.UTC(2026, 0, 2) / 1_000);
    const later = new FileBackend({ ...settings, compress: false }, () => Date.UTC(2026, 0, 2));
    for (let i = 10; i <= 13; i++) {
      later.write(recordOf({ fields: ["n"] }, i));
      later.flush();
    }
    await later.close();
    assertEquals(Object.keys(await filesOf(`${folder}/logs`)), [
      "a.log",
      "a.log.2026-01-02.3",
      "a.log.2026-01-02.4",
    ]);
  });
});

Deno.test("A log file is replaced when the day ends, also by a program that is started on another day", async () => {
  await withFolder(async (folder) => {
    const settings = { kind: "file", name: "file", path: `${folder}/a.log`, compress: false } as const;
    let now = Date.UTC(2026, 0, 2, 23, 59);
    const backend = new FileBackend(settings, () => now);
    for (const [n, time] of [[1, now], [2, now], [3, now + 120_000]] as const) {
      now = time;
      backend.write(recordOf({ fields: ["n"] }, n));
      backend.flush();
    }
    await backend.close();
    const files = await filesOf(folder);
    assertEquals(Object.keys(files), ["a.log", "a.log.2026-01-02.1"]);
    assertMatch(files["a.log.2026-01-02.1"]!, /n=1\n.*n=2\n$/);
    await Deno.utime(`${folder}/a.log`, Date.UTC(2026, 0, 3) / 1_000, Date.UTC(2026, 0, 3, 12) / 1_000);
    const next = new FileBackend(settings, () => Date.UTC(2026, 0, 5));
    next.write(recordOf({ fields: ["n"] }, 4));
    await next.close();
    assertEquals(Object.keys(await filesOf(folder)), ["a.log", "a.log.2026-01-02.1", "a.log.2026-01-03.1"]);
  });
});

Deno.test("After a write that failed halfway the file goes on with a new line", () => {
  let text = "", room = 70;
  const file: LogFile = {
    writeSync: (bytes): number => {
      if (room === 0) throw new Error("No space left on device");
      const taken = bytes.subarray(0, Math.min(room, bytes.length));
      room -= taken.length;
      text += decoder.decode(taken);
      return taken.length;
    },
    statSync: () => ({ size: text.length, mtime: null }),
    truncateSync: () => {},
    syncDataSync: () => {},
    close: () => {},
  };
  const backend = new FileBackend({ kind: "file", name: "file", path: "a.log" }, () => 0, () => file);
  const guard = new GuardedBackend(backend, () => now, () => {});
  let now = 0;
  for (let i = 0; i < 4; i++) {
    guard.write(recordOf({ fields: ["n"] }, i));
    guard.flush();
    now += 4_000;
    if (i === 2) room = Infinity;
  }
  const lines = text.trimEnd().split("\n");
  assertEquals(lines.map((line) => line.endsWith("n=0") || line.endsWith("n=3")), [true, false, true]);
  assertEquals([guard.missed, guard.isFailing], [2, false]);
});

Deno.test("A backend that fails is told of once, left alone for longer and longer, and told of when it works again", () => {
  let now = 0;
  const reports: string[] = [], attempts: number[] = [];
  const backend = new FakeBackend("file");
  const flush = backend.flush.bind(backend);
  backend.flush = (): void => {
    attempts.push(now);
    flush();
  };
  const guard = new GuardedBackend(backend, () => now, (level, message, fields) => {
    reports.push(`${level} ${message} ${JSON.stringify(fields)}`);
  });
  backend.isBroken = true;
  for (; now < 20_000; now += 500) {
    if (now === 18_000) backend.isBroken = false;
    guard.write(recordOf({ message: `at ${now}` }));
    guard.flush();
  }
  assertEquals(attempts.slice(0, 6), [0, 1_000, 3_000, 7_000, 15_000, 31_000].filter((at) => at < 20_000));
  assertEquals(reports, ['error A log backend failed {"backend":"file","error":"broken"}']);
  assertEquals([guard.missed, guard.isFailing, backend.written], [40, true, []]);
  now = 31_000;
  guard.write(recordOf({ message: "last" }));
  guard.flush();
  assertEquals(reports[1], 'warn A log backend works again {"backend":"file","missed":40}');
  assertEquals([guard.missed, guard.isFailing, backend.written], [40, false, ["last"]]);
});

Deno.test("Records go to the backends of every rule that fits them, once, and audit records to the audit alone", () => {
  const names = ["console", "file", "audit"], backends = names.map((name) => new FakeBackend(name));
  const rules: LogRule[] = [
    { level: "warn", to: ["console", "file"] },
    { tag: "exchange.mexc", to: ["file", "audit"] },
  ];
  const router = new LogRouter(rules, () => 0);
  router.backends = backends.map((backend) => ({
    guard: new GuardedBackend(backend, () => 0, (...report) => router.report(...report)),
    isAudit: backend.name === "audit",
  }));
  const records: [string, EventDefinition["level"]][] = [
    ["exchange.mexc.ws", "debug"],
    ["exchange.mexc", "error"],
    ["exchange.mexcx", "info"],
    ["engine", "warn"],
    ["order", "audit"],
  ];
  for (const [tag, level] of records) router.route(recordOf({ tag, level, message: `${tag} ${level}` }));
  router.flush();
  const written = (name: string): string[] => backends[names.indexOf(name)]!.written;
  assertEquals(written("console"), ["exchange.mexc error", "engine warn"]);
  assertEquals(written("file"), ["exchange.mexc.ws debug", "exchange.mexc error", "engine warn"]);
  assertEquals(written("audit"), ["order audit"]);
  router.rules = [{ to: ["console"] }];
  backends[0]!.isBroken = true;
  router.route(recordOf({ tag: "engine" }));
  router.flush();
  assertEquals(written("console").length, 2);
});

Deno.test("Log metrics count records, add up counters and put values into buckets", () => {
  const backend = new MetricsBackend("metrics");
  const histogram = {
    kind: "histogram",
    name: "ack_ms",
    help: "Time to the answer",
    field: "ms",
    labels: ["venue"],
    bounds: [1, 10],
  } as const;
  const acked = recordOf({ tag: "exec", fields: ["venue", "ms"], metric: histogram });
  for (const [venue, ms] of [["A", 0.5], ["A", 1], ["A", 5], ["A", 50], ["B", 2], ["B", NaN]] as const) {
    acked.set(0, venue);
    acked.set(1, ms);
    backend.write(acked);
  }
  const sent = recordOf({
    tag: "exec",
    fields: ["n"],
    metric: { kind: "counter", name: "sent", help: "", field: "n" },
  }, 3);
  backend.write(sent);
  backend.write(sent);
  const series = backend.snapshot().map(({ help: _help, ...rest }) => rest);
  assertEquals(series, [
    { kind: "counter", name: "cexarb_log_records_total", labels: { level: "info", tag: "exec" }, value: 8 },
    {
      kind: "histogram",
      name: "ack_ms",
      labels: { venue: "A" },
      bounds: [1, 10],
      buckets: [2, 1],
      sum: 56.5,
      count: 4,
    },
    {
      kind: "histogram",
      name: "ack_ms",
      labels: { venue: "B" },
      bounds: [1, 10],
      buckets: [0, 1],
      sum: 2,
      count: 1,
    },
    { kind: "counter", name: "sent", labels: {}, value: 6 },
  ]);
  for (let i = 0; i < 2_000; i++) {
    acked.set(0, `venue ${i}`);
    backend.write(acked);
  }
  assert(backend.snapshot().length < 600, "series are bounded");
});
