/**
 * The other end of a WebSocket: frames as a server writes and reads them.
 * @module
 */
import type { Opcode } from "../../../src/net/websocket_frame_writer.ts";

/** An unmasked frame. */
export function serverFrame(opcode: Opcode, content: string | Uint8Array, isFinal = true): Uint8Array {
  const payload = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const { length } = payload;
  const lengths = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  const frame = new Uint8Array(1 + lengths.length + length);
  frame.set([(isFinal ? 0x80 : 0) | opcode, ...lengths]);
  frame.set(payload, 1 + lengths.length);
  return frame;
}

/** One frame of a client; throws when it is not masked or not exactly one. */
export function unmasked(frame: Uint8Array): { opcode: number; isFinal: boolean; payload: string } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if ((frame[1]! & 0x80) === 0) throw new Error("The frame is not masked");
  const short = frame[1]! & 0x7f;
  const [length, keyAt] = short < 126
    ? [short, 2]
    : short === 126
    ? [view.getUint16(2), 4]
    : [Number(view.getBigUint64(2)), 10];
  const bytes = frame.subarray(keyAt + 4);
  if (bytes.length !== length) throw new Error(`${bytes.length} bytes follow where ${length} are stated`);
  const payload = bytes.map((byte, index) => byte ^ frame[keyAt + (index & 3)]!);
  return { opcode: frame[0]! & 15, isFinal: frame[0]! >= 0x80, payload: new TextDecoder().decode(payload) };
}
