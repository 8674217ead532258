import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WebSocketFrameReader, WebSocketProtocolError } from "../../../src/net/websocket_frame_reader.ts";
import { opcodes, WebSocketFrameWriter } from "../../../src/net/websocket_frame_writer.ts";
import { serverFrame, unmasked } from "./server_frames.ts";

type Event = [kind: string, content: string];

/** What comes out of these bytes, given in pieces that end at the cuts. */
function read(bytes: Uint8Array, cuts: readonly number[] = [], maxBytes = 100_000): Event[] {
  const events: Event[] = [];
  const reader = new WebSocketFrameReader(maxBytes, {
    onText: (text) => events.push(["text", text]),
    onBinary: (payload) => events.push(["binary", payload.join()]),
    onPing: (payload) => events.push(["ping", payload.join()]),
    onCloseFrame: (code, reason) => events.push(["close", `${code} ${reason}`]),
  });
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  return events;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("A frame that is written is read as it was, at every length", () => {
  const writer = new WebSocketFrameWriter();
  for (const length of [0, 1, 3, 125, 126, 127, 65_535, 65_536, 70_000]) {
    const text = "x".repeat(length);
    assertEquals(unmasked(writer.text(text)), { opcode: 1, isFinal: true, payload: text });
    assertEquals(read(serverFrame(opcodes.text, text)), [["text", text]]);
  }
});

Deno.test("Every frame has a mask of its own, also when thousands are written", () => {
  const masks = new Set<string>();
  const writer = new WebSocketFrameWriter();
  for (let i = 0; i < 3_000; i++) masks.add(writer.text("").subarray(2, 6).join());
  assert(masks.size > 2_990, `${masks.size} different masks`);
});

Deno.test("A close frame holds code and reason within its size, or nothing", () => {
  const writer = new WebSocketFrameWriter();
  assertEquals(writer.close().length, 6);
  const { payload } = unmasked(writer.close(1000, "€".repeat(100)));
  assertEquals(payload, "\u0003\ufffd" + "€".repeat(41));
});

Deno.test("WebSocketFrameReader reads messages in whatever frames and pieces they come, with pings between", () => {
  const message = fc.record({
    isText: fc.boolean(),
    parts: fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
    ping: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(10_000), { maxLength: 20 }),
      (messages, cuts) => {
        const frames: Uint8Array[] = [];
        const expected: Event[] = [];
        for (const { isText, parts, ping } of messages) {
          parts.forEach((part, index) => {
            const opcode = index > 0 ? opcodes.continuation : isText ? opcodes.text : opcodes.binary;
            frames.push(serverFrame(opcode, part, index === parts.length - 1));
            if (!ping || index > 0) return;
            frames.push(serverFrame(opcodes.ping, "p"), serverFrame(opcodes.pong, "unasked"));
            expected.push(["ping", "112"]);
          });
          const all = parts.join("");
          const event: Event = isText ? ["text", all] : ["binary", new TextEncoder().encode(all).join()];
          // A ping within a message is answered before the message is complete.
          if (ping && parts.length === 1) expected.splice(-1, 0, event);
          else expected.push(event);
        }
        assertEquals(read(joined(...frames), cuts), expected);
      },
    ),
  );
});

Deno.test("WebSocketFrameReader refuses what a server must not send, with the code to close with", () => {
  const wrong: [bytes: Uint8Array, code: number, words: string][] = [
    [new Uint8Array([0xc1, 0]), 1002, "extension"],
    [new Uint8Array([0x83, 0]), 1002, "opcode 3"],
    [new Uint8Array([0x8b, 0]), 1002, "opcode 11"],
    [new Uint8Array([0x81, 0x80, 0, 0, 0, 0]), 1002, "masked"],
    [new Uint8Array([0x89, 126, 0, 126]), 1002, "control"],
    [new Uint8Array([0x09, 0]), 1002, "control"],
    [serverFrame(opcodes.continuation, "a"), 1002, "continues nothing"],
    [joined(serverFrame(opcodes.text, "a", false), serverFrame(opcodes.text, "b")), 1002, "within another"],
    [joined(serverFrame(opcodes.text, "a", false), serverFrame(opcodes.binary, "b")), 1002, "within another"],
    [serverFrame(opcodes.text, new Uint8Array([0xff])), 1007, "UTF-8"],
    [serverFrame(opcodes.text, new Uint8Array([0xe2, 0x82])), 1007, "UTF-8"],
    [serverFrame(opcodes.close, new Uint8Array([3])), 1002, "impossible code"],
    [serverFrame(opcodes.close, new Uint8Array([3, 237])), 1002, "impossible code 1005"],
    [serverFrame(opcodes.close, new Uint8Array([0x13, 0x88])), 1002, "impossible code 5000"],
    [serverFrame(opcodes.close, new Uint8Array([3, 232, 0xff])), 1007, "UTF-8"],
    [serverFrame(opcodes.binary, "x".repeat(1_001)), 1009, "longer than 1000"],
    [new Uint8Array([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]), 1009, "longer than 1000"],
    [
      joined(
        serverFrame(opcodes.text, "x".repeat(900), false),
        serverFrame(opcodes.continuation, "x".repeat(101)),
      ),
      1009,
      "longer than 1000",
    ],
  ];
  for (const [bytes, code, words] of wrong) {
    const error = assertThrows(() => read(bytes, [], 1_000), WebSocketProtocolError, words);
    assertEquals((error as WebSocketProtocolError).closeCode, code, words);
  }
});

Deno.test("WebSocketFrameReader reads the code and the reason of a close frame and nothing after it", () => {
  const close = (...payload: number[]): Uint8Array => serverFrame(opcodes.close, new Uint8Array(payload));
  assertEquals(read(joined(close(), serverFrame(opcodes.text, "late"))), [["close", "1005 "]]);
  assertEquals(read(close(3, 232, 98, 121, 101)), [["close", "1000 bye"]]);
  assertEquals(read(close(0x0f, 0xa0)), [["close", "4000 "]]);
});

Deno.test("WebSocketFrameReader keeps a byte order mark, which is part of the text", () => {
  assertEquals(read(serverFrame(opcodes.text, "\ufeffa")), [["text", "\ufeffa"]]);
});

Deno.test("WebSocketFrameReader takes arbitrary bytes with a message or a protocol error, never another error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 4 }), (bytes, cuts) => {
      try {
        read(bytes, cuts, 50);
      } catch (error) {
        if (!(error instanceof WebSocketProtocolError)) throw error;
      }
    }),
    { numRuns: 5_000 },
  );
});
