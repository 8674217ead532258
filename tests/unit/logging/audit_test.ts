import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { verifyAudit } from "../../../src/logging/audit_verification.ts";
import { AuditBackend } from "../../../src/logging/backends/audit_backend.ts";
import type { LogFile } from "../../../src/logging/backends/byte_sink.ts";
import { LogRecord } from "../../../src/logging/log_record.ts";

const decoder = new TextDecoder();

/** A file in memory whose disk can become full. */
class FakeFile implements LogFile {
  bytes: number[] = [];
  /** Bytes that it takes until its disk is full. */
  room = Infinity;
  syncs = 0;

  writeSync(bytes: Uint8Array): number {
    if (this.room === 0) throw new Error("No space left on device");
    const taken = bytes.subarray(0, Math.min(bytes.length, this.room, 1_000));
    for (const byte of taken) this.bytes.push(byte);
    this.room -= taken.length;
    return taken.length;
  }

  statSync(): { size: number; mtime: null } {
    return { size: this.bytes.length, mtime: null };
  }

  truncateSync(size: number): void {
    this.bytes.length = size;
  }

  syncDataSync(): void {
    this.syncs += 1;
  }

  close(): void {}

  get text(): string {
    return decoder.decode(new Uint8Array(this.bytes));
  }
}

function backendOn(
  file: FakeFile,
  sync: "batch" | "interval" | "none" = "batch",
  now = () => 0,
): AuditBackend {
  return new AuditBackend(
    { kind: "audit", name: "audit", path: "audit.jsonl", sync },
    now,
    () => file,
    () => new Uint8Array(file.bytes),
  );
}

function order(id: number): LogRecord {
  const definition = {
    tag: "order",
    level: "audit",
    message: "Order intent",
    fields: ["id", "note"],
    texts: [],
  } as const;
  const record = new LogRecord(definition);
  record.time = 1_767_225_600_000 + id;
  record.set(0, id);
  record.set(1, `ordér\n${id}`);
  return record;
}

function chainOf(count: number): FakeFile {
  const file = new FakeFile(), backend = backendOn(file);
  for (let i = 1; i <= count; i++) {
    backend.write(order(i));
    if (i % 3 === 0) backend.flush();
  }
  backend.flush();
  return file;
}

function verify(text: string | Uint8Array, wanted?: string): ReturnType<typeof verifyAudit> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  // In pieces that cut lines and characters.
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / 97) },
    (_, i) => bytes.slice(97 * i, 97 * (i + 1)),
  );
  return verifyAudit(pieces, wanted);
}

Deno.test("Each line of an audit file holds its record, and the SHA-256 of itself and of the line before it", () => {
  const lines = chainOf(5).text.trimEnd().split("\n");
  let previous = "0".repeat(64);
  lines.forEach((line, i) => {
    const { hash, ...members } = JSON.parse(line);
    assertEquals(members, {
      seq: i + 1,
      time: `2026-01-01T00:00:00.00${i + 1}Z`,
      event: "Order intent",
      tag: "order",
      fields: { id: i + 1, note: `ordér\n${i + 1}` },
      prev: previous,
    });
    const content = line.slice(0, line.lastIndexOf(',"hash"'));
    assertEquals(hash, createHash("sha256").update(content).digest("hex"));
    previous = hash;
  });
});

Deno.test("An unbroken audit file is proved to be so, with its records, times and last hash", async () => {
  const { text } = chainOf(7);
  const hashes = [...text.matchAll(/"hash":"([0-9a-f]+)"/g)].map(([, hash]) => hash!);
  assertEquals(await verify(text, hashes[2]), {
    records: 7,
    from: "2026-01-01T00:00:00.001Z",
    to: "2026-01-01T00:00:00.007Z",
    lastHash: hashes[6]!,
    broken: undefined,
    hasHash: true,
  });
  const { records, broken, lastHash } = await verify("");
  assertEquals([records, broken, lastHash], [0, undefined, "0".repeat(64)]);
});

Deno.test("A changed, removed, inserted or moved line breaks an audit file at its place", async () => {
  const lines = chainOf(9).text.trimEnd().split("\n");
  const whole = (changed: readonly string[]): string => changed.join("\n") + "\n";
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), async (a, b) => {
      if (a === b) return;
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const removed = lines.toSpliced(first, 1);
      if (first < 8) assertEquals((await verify(whole(removed))).broken?.line, first + 1);
      const moved = lines.with(first, lines[second]!).with(second, lines[first]!);
      assertEquals((await verify(whole(moved))).broken?.line, first + 1);
      const inserted = lines.toSpliced(second, 0, lines[first]!);
      assertEquals((await verify(whole(inserted))).broken?.line, second + 1);
    }),
  );
  const cut = await verify(whole(lines.slice(0, 5)), JSON.parse(lines[8]!).hash);
  assertEquals([cut.broken, cut.hasHash], [undefined, false], "a cut end shows only in a remembered hash");
});

Deno.test("Any changed byte of an audit file is found, in its line", async () => {
  const bytes = new Uint8Array(chainOf(6).bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = bytes.slice();
      changed[at]! ^= change;
      const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
      assertEquals((await verify(changed)).broken?.line, line);
    }),
    { numRuns: 500 },
  );
});

Deno.test("A file that ends within a line is broken there, and the next run takes that piece off and says so", async () => {
  const file = chainOf(4);
  file.truncateSync(file.bytes.length - 10);
  assertEquals((await verify(file.text)).broken, { line: 4, problem: "it is incomplete" });
  const backend = backendOn(file);
  backend.write(order(5));
  backend.flush();
  assertEquals([(await verify(file.text)).records, (await verify(file.text)).broken], [5, undefined]);
  assertMatch(file.text.split("\n")[3]!, /Incomplete last line taken off.*"bytes":\d+/);
});

Deno.test("What a full disk refused is written once, in order, as soon as there is room", async () => {
  for (const room of [0, 1, 300, 1_500, 2_345]) {
    const file = new FakeFile(), backend = backendOn(file);
    backend.write(order(1));
    backend.flush();
    file.room = room;
    for (let id = 2; id <= 12; id++) backend.write(order(id));
    let failure = "";
    try {
      backend.flush();
    } catch (error) {
      failure = String(error);
    }
    assertMatch(failure, /No space left/);
    assertEquals(backend.discard(), 0);
    backend.write(order(13));
    file.room = Infinity;
    backend.flush();
    const { records, broken } = await verify(file.text);
    assertEquals([records, broken], [13, undefined], `with room for ${room} bytes`);
    const ids = file.text.trimEnd().split("\n").map((line) => JSON.parse(line).fields.id);
    assertEquals(ids, Array.from({ length: 13 }, (_, i) => i + 1));
  }
});

Deno.test("An audit file whose last line is broken, or that somebody else writes to, is not appended to", () => {
  const broken = chainOf(3);
  broken.bytes[broken.bytes.length - 100]! ^= 1;
  const backend = backendOn(broken);
  backend.write(order(4));
  let failure = "";
  try {
    backend.flush();
  } catch (error) {
    failure = String(error);
  }
  assertMatch(failure, /last line .* is broken/);
  const shared = chainOf(1), mine = backendOn(shared), other = backendOn(shared);
  for (const each of [mine, other, mine]) {
    each.write(order(9));
    try {
      each.flush();
    } catch (error) {
      failure = String(error);
    }
  }
  assertMatch(failure, /Something else writes/);
});

Deno.test("The audit file is forced to the disk with every batch, at intervals, or never, as is set", () => {
  const expected = { batch: 5, interval: 2, none: 0 };
  for (const sync of ["batch", "interval", "none"] as const) {
    let now = 0;
    const file = new FakeFile(), backend = backendOn(file, sync, () => now);
    for (; now < 1_250; now += 250) {
      backend.write(order(now));
      backend.flush();
    }
    assertEquals(file.syncs, expected[sync], sync);
  }
});
