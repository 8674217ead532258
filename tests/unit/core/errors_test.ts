import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as errors from "../../../src/core/errors.ts";

const made: readonly (readonly [name: string, error: errors.CexarbError])[] = [
  ["CexarbError", new errors.CexarbError("m", { cause: "c" })],
  ["ConfigError", new errors.ConfigError("m", { cause: "c" })],
  ["DataFileError", new errors.DataFileError("m", { cause: "c" })],
  ["ProtocolError", new errors.ProtocolError("m", { cause: "c" })],
  ["NetworkError", new errors.NetworkError("m", { cause: "c" })],
  ["StorageError", new errors.StorageError("m", { cause: "c" })],
  ["VenueError", new errors.VenueError("m", 400, "INVALID_PARAM_VALUE")],
];

Deno.test("Every error class is an Error and a CexarbError under its own name", () => {
  for (const [name, error] of made) {
    assert(error instanceof Error && error instanceof errors.CexarbError);
    assertEquals([error.name, error.message, String(error)], [name, "m", `${name}: m`]);
  }
});

Deno.test("Every exported error class is covered here", () => {
  const classes = Object.entries(errors).filter(([, value]) => value.prototype instanceof Error);
  assertEquals(classes.map(([name]) => name).toSorted(), made.map(([name]) => name).toSorted());
});

Deno.test("An error keeps its cause", () => {
  for (const [name, error] of made) {
    if (name !== "VenueError") assertStrictEquals(error.cause, "c", name);
  }
});

Deno.test("VenueError carries the status and the venue's code", () => {
  const error = new errors.VenueError("order refused", 400, "30005");
  assertEquals([error.status, error.code], [400, "30005"]);
});

Deno.test("errorMessage is the message of an error, and some text for anything else", () => {
  const cases: [unknown, string][] = [
    [new TypeError("bad"), "bad"],
    [new errors.NetworkError("refused"), "refused"],
    [new Error(""), ""],
    ["text", "text"],
    [404, "404"],
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("s"), "Symbol(s)"],
    [{ toString: (): string => "own text" }, "own text"],
    [Object.create(null), "an object without any text was thrown"],
  ];
  for (const [thrown, expected] of cases) assertStrictEquals(errors.errorMessage(thrown), expected);
});
