import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type WebSocketEvents,
  WebSocketReader,
} from "../../../../src/simulator/transport/websocket_reader.ts";
import { masked } from "./raw_client.ts";

/** Everything that a reader told, in its order. */
class Told implements WebSocketEvents {
  readonly events: unknown[] = [];

  onText(text: string): void {
    this.events.push(["text", text]);
  }

  onBinary(bytes: Uint8Array): void {
    this.events.push(["binary", [...bytes]]);
  }

  onPing(payload: Uint8Array): void {
    this.events.push(["ping", [...payload]]);
  }

  onPong(): void {
    this.events.push(["pong"]);
  }

  onCloseFrame(code: number): void {
    this.events.push(["close", code]);
  }

  onViolation(code: number): void {
    this.events.push(["violation", code]);
  }
}

/** Feeds bytes in pieces as a connection does: what was not taken comes again with more. */
function told(bytes: Uint8Array, cuts: readonly number[]): unknown[] {
  const told = new Told();
  const reader = new WebSocketReader(told);
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) =>
    a - b
  );
  let start = 0;
  for (const end of ends) start += reader.read(bytes.subarray(start, end));
  return told.events;
}

const message = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => ({ first: 1, text })),
  fc.string({ maxLength: 200 }).map((text) => ({ first: 2, text })),
);
const cuts = fc.array(fc.nat(), { maxLength: 20 });

Deno.test("Messages are the same however the bytes and the fragments are cut", () => {
  fc.assert(fc.property(fc.array(message, { maxLength: 5 }), fc.nat(5), cuts, (messages, parts, cuts) => {
    const frames: number[] = [];
    const expected: unknown[] = [];
    for (const { first, text } of messages) {
      const bytes = new TextEncoder().encode(text);
      const size = Math.max(1, Math.ceil(bytes.length / (parts + 1)));
      for (let at = 0; at === 0 || at < bytes.length; at += size) {
        const last = at + size >= bytes.length;
        frames.push(...masked((last ? 0x80 : 0) | (at === 0 ? first : 0), bytes.subarray(at, at + size)));
        frames.push(...masked(0x89, "p"));
        expected.push(["ping", [112]]);
      }
      // The message is told with its last fragment, before the ping behind it.
      expected.splice(-1, 0, first === 1 ? ["text", text] : ["binary", [...bytes]]);
    }
    assertEquals(told(Uint8Array.from(frames), cuts), expected);
  }));
});

Deno.test("Any bytes are read to the same end however they are cut, and nothing is told after the end", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, cuts) => {
    // Half of all frames would break off for want of a mask.
    for (let i = 1; i < bytes.length; i += 7) bytes[i]! |= 0x80;
    const events = told(bytes, []);
    assertEquals(told(bytes, cuts), events);
    const end = events.findIndex((event) => ["close", "violation"].includes((event as [string])[0]));
    if (end >= 0) assertEquals(end, events.length - 1);
  }));
});
