import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { JournalError } from "../../../../src/execution/journal/journal_error.ts";
import { Segment, type WritableFile } from "../../../../src/execution/journal/segment.ts";

/** A file that takes as little as it is told to, and fails when it is told to. */
class UnwillingFile implements WritableFile {
  bytes: number[] = [];
  #position = 0;
  canTruncate = true;

  /** @param taken Bytes of each write; 0 takes none, under 0 fails. Afterwards everything is taken. */
  constructor(readonly taken: number[]) {}

  writeSync(bytes: Uint8Array): number {
    const taken = Math.min(this.taken.shift() ?? bytes.length, bytes.length);
    if (taken < 0) throw new Error("No space left on device");
    this.bytes.splice(this.#position, taken, ...bytes.subarray(0, taken));
    this.#position += taken;
    return taken;
  }

  truncateSync(length = 0): void {
    if (!this.canTruncate) throw new Error("Input/output error");
    this.bytes.length = length;
  }

  seekSync(position: number | bigint): number {
    return this.#position = Number(position);
  }

  close(): void {}
}

const disk = {
  syncData: (): Promise<void> => Promise.resolve(),
  syncDataSync: (): void => {},
  close: (): void => {},
};

Deno.test("A line is written whole or not at all, however little the file takes and whenever it fails", () => {
  const line = fc.uint8Array({ minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.array(fc.integer({ min: -1, max: 4 })),
      (lines, taken) => {
        const file = new UnwillingFile(taken);
        const segment = new Segment("x", file, disk, 0);
        const written: number[] = [];
        for (const bytes of lines) {
          try {
            segment.write(bytes);
            written.push(...bytes);
          } catch (error) {
            if (!(error instanceof JournalError)) throw error;
          }
          assertEquals(file.bytes, written);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("A half line that cannot be taken back ends the writing for good", () => {
  const file = new UnwillingFile([2, -1]);
  file.canTruncate = false;
  const segment = new Segment("data/j", file, disk, 0);
  assertThrows(() => segment.write(new Uint8Array(9)), JournalError, "No space left");
  file.canTruncate = true;
  assertThrows(() => segment.write(new Uint8Array(9)), JournalError, "half written");
  assertEquals(file.bytes.length, 2);
});
