/**
 * HTTP answers, WebSocket frames and limits in headers.
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ProtocolError } from "../../src/core/errors.ts";
import { HttpResponseReader } from "../../src/net/http_response_reader.ts";
import { readLimitReport, readRetryAfter } from "../../src/net/rate_headers.ts";
import { WebSocketFrameReader } from "../../src/net/websocket_frame_reader.ts";
import { opcodes } from "../../src/net/websocket_frame_writer.ts";
import { edgeTexts } from "../support/edge_values.ts";
import { cuts, damageBytes, damageText, joined, pieces } from "../support/wire_mutation.ts";
import { serverFrame } from "../unit/net/server_frames.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const encoder = new TextEncoder();
const maxBody = 2_000;

const answers: readonly Uint8Array[] = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"price":"1"}',
  'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;name=value\r\n":1}\r\n0\r\nX-T: 1\r\n\r\n',
  "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n",
  "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end €",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}",
  "HTTP/1.1 400 Bad Request\r\nX-Gate-RateLimit-Limit: 10\r\ncontent-length: 0\r\nconnection: Keep-Alive, x\r\n\r\n",
].map((text) => encoder.encode(text));

interface PlainAnswer {
  readonly status: number;
  readonly text: string;
}

function readHttp(parts: readonly Uint8Array[], method: string): PlainAnswer | "error" | "more" {
  const reader = new HttpResponseReader(maxBody);
  reader.begin(method);
  try {
    for (const part of parts) {
      const answer = reader.push(part);
      if (answer !== undefined) return { status: answer.status, text: answer.text };
    }
    const { status, text } = reader.end() ?? {};
    return status === undefined ? "more" : { status, text: text! };
  } catch (error) {
    if (error instanceof ProtocolError) return "error";
    throw error;
  }
}

/** An answer that was taken, read again by somebody who only knows taken ones. */
function plainAnswer(bytes: Uint8Array, method: string): PlainAnswer {
  let latin = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  for (;;) {
    const end = latin.indexOf("\r\n\r\n");
    const head = latin.slice(0, end);
    let body = latin.slice(end + 4);
    const status = Number(head.slice(9, 12));
    if (status < 200) {
      latin = body;
      continue;
    }
    const header = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "im").exec(head.replaceAll("\r", ""))?.[1];
    const length = header("content-length");
    if (method === "HEAD" || status === 204 || status === 304) body = "";
    else if (header("transfer-encoding") !== undefined) body = unchunked(body);
    else if (length !== undefined) body = body.slice(0, Number(length));
    const raw = Uint8Array.from(body, (character) => character.charCodeAt(0));
    return { status, text: new TextDecoder().decode(raw) };
  }
}

function unchunked(rest: string): string {
  let body = "";
  for (;;) {
    const line = rest.indexOf("\r\n");
    const size = parseInt(rest.slice(0, line), 16);
    if (size === 0) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}

const http: FuzzTarget = {
  name: "http-answers",
  run: (mutator, note) => {
    const bytes = damageBytes(mutator, mutator.pick(answers), mutator.pick(answers));
    note(bytes);
    const method = mutator.pick(["GET", "POST", "HEAD"]);
    const answer = readHttp([bytes], method);
    // However an answer is cut, it is the same one; but what comes after it is not looked at when it comes later.
    const inPieces = readHttp(pieces(bytes, cuts(mutator, bytes.length)), method);
    assertEquals(inPieces, answer);
    if (typeof answer === "string") return answer;
    assert(answer.text.length <= maxBody && answer.status >= 200 && answer.status <= 999);
    assertEquals(answer, plainAnswer(bytes, method));
    return "answer";
  },
};

type Event = readonly [kind: string, content: string];

const frames: readonly Uint8Array[] = [
  serverFrame(opcodes.text, '{"a":"€"}'),
  serverFrame(opcodes.binary, "x".repeat(130)),
  joined(serverFrame(opcodes.text, "first ", false), serverFrame(opcodes.ping, "p"), serverFrame(0, "last")),
  joined(
    serverFrame(opcodes.text, ""),
    serverFrame(opcodes.pong, "q"),
    serverFrame(opcodes.close, "\u0003\u0068bye"),
  ),
  serverFrame(opcodes.close, Uint8Array.of(3, 232, 98)),
  joined(serverFrame(opcodes.binary, "y".repeat(600), false), serverFrame(0, "z".repeat(300))),
];

function readFrames(parts: readonly Uint8Array[]): Event[] {
  const events: Event[] = [];
  const reader = new WebSocketFrameReader(maxBody, {
    onText: (text) => events.push(["text", text]),
    onBinary: (bytes) => events.push(["binary", bytes.join()]),
    onPing: (bytes) => events.push(["ping", bytes.join()]),
    onCloseFrame: (code, reason) => events.push(["close", `${code} ${reason}`]),
  });
  try {
    for (const part of parts) reader.push(part);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    events.push(["error", ""]);
  }
  return events;
}

/** RFC 6455, section 5, line by line. */
function plainFrames(bytes: Uint8Array): Event[] {
  const events: Event[] = [];
  let message: { opcode: number; payload: number[] } | undefined;
  const error: Event = ["error", ""];
  for (let at = 0; at + 2 <= bytes.length;) {
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    const opcode = first & 15;
    const isControl = opcode > 7;
    const isFinal = first >= 128;
    if ((first & 0x70) !== 0 || ![0, 1, 2, 8, 9, 10].includes(opcode) || second >= 128) {
      return [...events, error];
    }
    if (isControl && (!isFinal || second > 125)) return [...events, error];
    const lengthBytes = second === 126 ? 2 : second === 127 ? 8 : 0;
    if (at + 2 + lengthBytes > bytes.length) return events;
    let length = lengthBytes === 0 ? BigInt(second) : 0n;
    for (let i = 0; i < lengthBytes; i++) length = length * 256n + BigInt(bytes[at + 2 + i]!);
    if (length + BigInt(isControl ? 0 : message?.payload.length ?? 0) > BigInt(maxBody)) {
      return [...events, error];
    }
    const start = at + 2 + lengthBytes;
    if (start + Number(length) > bytes.length) return events;
    const payload = [...bytes.subarray(start, start + Number(length))];
    at = start + Number(length);
    if (opcode === 9) events.push(["ping", payload.join()]);
    if (opcode === 8) return [...events, closing(payload) ?? error];
    if (isControl) continue;
    if ((opcode === 0) !== (message !== undefined)) return [...events, error];
    message ??= { opcode, payload: [] };
    message.payload.push(...payload);
    if (!isFinal) continue;
    const text = message.opcode === 1 ? utf8(message.payload) : message.payload.join();
    if (text === undefined) return [...events, error];
    events.push([message.opcode === 1 ? "text" : "binary", text]);
    message = undefined;
  }
  return events;
}

function utf8(payload: readonly number[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(payload));
  } catch {
    return undefined;
  }
}

function closing(payload: readonly number[]): Event | undefined {
  if (payload.length === 0) return ["close", "1005 "];
  if (payload.length === 1) return undefined;
  const code = payload[0]! * 256 + payload[1]!;
  const reason = utf8(payload.slice(2));
  const known = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code);
  return reason !== undefined && (known || (code >= 3000 && code < 5000))
    ? ["close", `${code} ${reason}`]
    : undefined;
}

const webSocket: FuzzTarget = {
  name: "websocket-frames",
  run: (mutator, note) => {
    const bytes = damageBytes(
      mutator,
      joined(mutator.pick(frames), mutator.pick(frames)),
      mutator.pick(frames),
    );
    note(bytes);
    const events = readFrames([bytes]);
    assertEquals(events, plainFrames(bytes));
    assertEquals(readFrames(pieces(bytes, cuts(mutator, bytes.length))), events);
    return events.at(-1)?.[0] ?? "nothing";
  },
};

const limits: FuzzTarget = {
  name: "rate-headers",
  run: (mutator, note) => {
    const fields = ["10", "3", "1700000000", "1700000000000", "Thu, 01 Jan 2026 00:00:07 GMT", ...edgeTexts];
    const value = (): unknown => {
      const text = damageText(mutator, mutator.pick(fields), mutator.pick(fields));
      return mutator.pick<unknown>([
        text,
        text,
        mutator.pick(fields),
        Number(text),
        null,
        undefined,
        [text],
        {},
      ]);
    };
    const given: Record<string, unknown> = { limit: value(), left: value(), reset: value() };
    note(JSON.stringify(given));
    const report = readLimitReport((name) => given[name], {
      limit: ["limit"],
      remaining: ["left"],
      resetAt: ["reset"],
      absentIsZero: mutator.below(2) === 0,
    });
    if (report?.limit !== undefined) {
      const { limit } = given;
      assert(typeof limit === "number" || /^ *\d+(?:\.\d+)? *$/.test(String(limit)), `${limit} is no number`);
      assert(typeof limit !== "object" && report.limit === Number(limit));
    }
    for (const [name, number] of Object.entries(report ?? {})) {
      assert(typeof number === "number" && number >= 0 && Number.isFinite(number), `${name} is ${number}`);
    }
    const text = damageText(mutator, mutator.pick(fields), mutator.pick(fields));
    note(text);
    const wait = readRetryAfter(text, 1_767_225_600_000);
    assert(wait === undefined || (wait >= 0 && Number.isFinite(wait)), `to wait ${wait}`);
    if (wait !== undefined && /^\d{1,9}$/.test(text)) assertStrictEquals(wait, Number(text) * 1000);
    return wait === undefined ? "no wait" : "wait";
  },
};

/** What the network is read with. */
export const netTargets: readonly FuzzTarget[] = [http, webSocket, limits];
