import { gzipSync } from "node:zlib";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../../../src/core/errors.ts";
import { HttpResponseReader, type ReadResponse } from "../../../src/net/http_response_reader.ts";

const encoder = new TextEncoder();

function head(...lines: string[]): string {
  return lines.join("\r\n") + "\r\n\r\n";
}

/** Reads an answer that comes in pieces which end at these places. */
function read(
  text: string | Uint8Array,
  cuts: readonly number[] = [],
  method = "GET",
): ReadResponse | undefined {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const reader = new HttpResponseReader(1_000);
  reader.begin(method);
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    const response = reader.push(bytes.subarray(from, cut));
    if (response !== undefined) return response;
    from = cut;
  }
  return reader.end();
}

const counted = head("HTTP/1.1 200 OK", "Content-Length: 5", "X-A: 1") + "h€ló".slice(0, 3);
const chunked = head("HTTP/1.1 201 Created", "Transfer-Encoding: chunked") +
  '3\r\n{"a\r\n4;name=value\r\n":1}\r\n0\r\nX-Trailer: 1\r\n\r\n';

Deno.test("HttpResponseReader reads an answer of stated length, in whatever pieces it comes", () => {
  fc.assert(fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (cuts) => {
    const response = read(counted, cuts)!;
    assertEquals([response.status, response.text, response.keepAlive], [200, "h€l", true]);
    assertEquals([...response.headers], [["content-length", "5"], ["x-a", "1"]]);
  }));
});

Deno.test("HttpResponseReader reads a chunked answer, in whatever pieces it comes", () => {
  fc.assert(fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (cuts) => {
    const response = read(chunked, cuts)!;
    assertEquals([response.status, response.text, response.keepAlive], [201, '{"a":1}', true]);
  }));
});

Deno.test("HttpResponseReader reads every body that is cut into arbitrary chunks", () => {
  const parts = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: "binary" }), { maxLength: 12 });
  fc.assert(fc.property(parts, fc.array(fc.nat(2_000), { maxLength: 8 }), (texts, cuts) => {
    const chunks = texts.map((text) => {
      const { length } = encoder.encode(text);
      return `${length.toString(16)}\r\n${text}\r\n`;
    });
    const all = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunks.join("") + "0\r\n\r\n";
    const whole = new TextDecoder().decode(encoder.encode(texts.join("")));
    if (encoder.encode(whole).length <= 1_000) assertEquals(read(all, cuts)!.text, whole);
  }));
});

Deno.test("HttpResponseReader knows which answers have no body and which end with the connection", () => {
  assertEquals(read(head("HTTP/1.1 204 No Content"))!.keepAlive, true);
  assertEquals(read(head("HTTP/1.1 304 Not Modified", "Content-Length: 7"))!.text, "");
  assertEquals(read(head("HTTP/1.1 200 OK", "Content-Length: 7"), [], "HEAD")!.text, "");
  assertEquals(read(head("HTTP/1.1 200 OK") + "until the end")!.text, "until the end");
  assertEquals(
    read(head("HTTP/1.1 200 OK", "Content-Length: 7") + "too few"),
    read(
      head("HTTP/1.1 100 Continue") + head("HTTP/1.1 103 Early Hints", "Link: a") +
        head("HTTP/1.1 200 OK", "Content-Length: 7") + "too few",
    ),
  );
});

Deno.test("HttpResponseReader gives no answer that is incomplete when the connection ends", () => {
  for (const text of [counted, chunked]) {
    const bytes = encoder.encode(text);
    for (let end = 0; end < bytes.length; end++) assertEquals(read(bytes.subarray(0, end)), undefined);
  }
});

Deno.test("HttpResponseReader says when the connection carries no other request", () => {
  const keepAlive = (first: string, connection?: string, rest = ""): boolean => {
    const lines = [
      first,
      "Content-Length: 0",
      ...(connection === undefined ? [] : [`Connection: ${connection}`]),
    ];
    return read(head(...lines) + rest)!.keepAlive;
  };
  assert(keepAlive("HTTP/1.1 200 OK"));
  assert(keepAlive("HTTP/1.1 200"));
  assert(!keepAlive("HTTP/1.1 200 OK", "close"));
  assert(!keepAlive("HTTP/1.1 200 OK", "Keep-Alive, Close"));
  assert(!keepAlive("HTTP/1.0 200 OK"));
  assert(keepAlive("HTTP/1.0 200 OK", "keep-alive"));
  assert(!keepAlive("HTTP/1.1 200 OK", undefined, "HTTP/1.1 200 OK"), "bytes after the answer");
});

Deno.test("HttpResponseReader unzips an answer that nobody asked to be zipped, up to the allowed size", () => {
  const answer = (text: string): Uint8Array => {
    const body = gzipSync(text);
    const start = encoder.encode(
      head("HTTP/1.1 403 No", "Content-Encoding: GZIP", `Content-Length: ${body.length}`),
    );
    return Uint8Array.from([...start, ...body]);
  };
  const reader = new HttpResponseReader(1000);
  reader.begin("POST");
  const { text, keepAlive } = reader.push(answer("<html>è</html>"))!;
  assertEquals([text, keepAlive], ["<html>è</html>", true]);
  reader.begin("POST");
  assertThrows(() => reader.push(answer("x".repeat(1001))), ProtocolError, "cannot be unzipped");
  reader.begin("POST");
  assertEquals(reader.push(encoder.encode(counted))!.status, 200);
});

Deno.test("HttpResponseReader refuses what is no answer", () => {
  const ok = "HTTP/1.1 200 OK";
  const broken: [text: string, message: string][] = [
    [head("HTTP/2 200"), "no HTTP/1.1 status line"],
    [head("<html>"), "no HTTP/1.1 status line"],
    [head("HTTP/1.1 2000 OK"), "no HTTP/1.1 status line"],
    [head("HTTP/1.1 099 OK"), "no HTTP/1.1 status line"],
    [head("HTTP/1.1 101 Switching Protocols"), "protocol nobody asked for"],
    [head(ok, "Content-Length : 3"), "no header"],
    [head(ok, " folded"), "no header"],
    [head(ok, "A: \u0000"), "no header"],
    [head(ok, "Content-Length: 3", "Content-Length: 4"), "no length"],
    [head(ok, "Content-Length: 3, 3"), "no length"],
    [head(ok, "Content-Length: -3"), "no length"],
    [head(ok, "Content-Length: 0x3"), "no length"],
    [head(ok, "Content-Length: 1e3"), "no length"],
    [head(ok, "Content-Length: 3", "Transfer-Encoding: chunked"), "in two ways"],
    [head(ok, "Transfer-Encoding: gzip, chunked"), "transfer encoding"],
    [head(ok, "Content-Length: 3", "Content-Encoding: br"), "encoding"],
    [head(ok, "Content-Length: 3", "Content-Encoding: gzip") + "abc", "cannot be unzipped"],
    [head(ok, "Content-Length: 1001"), "longer than 1000"],
    [head(ok) + "x".repeat(1_001), "longer than 1000"],
    [head(ok, "Transfer-Encoding: chunked") + "3e9\r\n", "longer than 1000"],
    [head(ok, "Transfer-Encoding: chunked") + "x\r\n", "no size of a chunk"],
    [head(ok, "Transfer-Encoding: chunked") + "-1\r\n", "no size of a chunk"],
    [head(ok, "Transfer-Encoding: chunked") + "3\r\nabcd\r\n", "longer than stated"],
    [head(ok, "Transfer-Encoding: chunked") + "3\nabc\n", "CR LF"],
    [head(ok, "Transfer-Encoding: chunked") + "1;" + "x".repeat(2_000), "between chunks"],
    [head(ok, "A: " + "x".repeat(70_000)), "head of the answer"],
    ["x".repeat(70_000), "head of the answer"],
    [head(ok, ...Array.from({ length: 300 }, (_, i) => `A${i}: 1`)), "256 headers"],
  ];
  for (const [text, message] of broken) {
    assertThrows(() => read(text), ProtocolError, message, text.slice(0, 80));
  }
});

Deno.test("HttpResponseReader answers mutated answers with a value or a ProtocolError, never another error", () => {
  const base = fc.constantFrom(encoder.encode(counted), encoder.encode(chunked));
  const changes = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  fc.assert(
    fc.property(base, changes, fc.array(fc.nat(200), { maxLength: 4 }), (original, mutations, cuts) => {
      const bytes = original.slice();
      for (const [at, value] of mutations) bytes[at % bytes.length] = value;
      try {
        read(bytes, cuts);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("HttpResponseReader reads one answer after the other", () => {
  const reader = new HttpResponseReader(1_000);
  for (let i = 0; i < 3; i++) {
    reader.begin("GET");
    assertEquals(reader.push(encoder.encode(counted))!.text, "h€l");
    reader.begin("POST");
    assertEquals(reader.push(encoder.encode(chunked))!.text, '{"a":1}');
  }
});
