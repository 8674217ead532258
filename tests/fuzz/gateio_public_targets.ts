/**
 * Gate.io's public frames, and how its JSON is read.
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ProtocolError } from "../../src/core/errors.ts";
import type { MarketKind } from "../../src/core/exchange.ts";
import { JsonScanner } from "../../src/exchanges/gateio/json_scanner.ts";
import { parseLossless } from "../../src/exchanges/lossless_json.ts";
import { GateioPublicCodec } from "../../src/exchanges/gateio/public_codec.ts";
import { SymbolIndex } from "../../src/exchanges/symbol_index.ts";
import { contentOf, type Expectation, idsOf, meaning } from "../support/codec_content.ts";
import { edgeTexts } from "../support/edge_values.ts";
import { expectGateio, futuresFrames, spotFrames } from "../support/gateio_frames.ts";
import { testInstruments } from "../support/instruments.ts";
import { damageJson, type Json } from "../support/json_mutation.ts";
import type { Mutator } from "../support/mutation.ts";
import { missing, recordedLines } from "../support/recorded_data.ts";
import { assertSound } from "../support/sound_content.ts";
import { damageText } from "../support/wire_mutation.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const recorded =
  (missing("frames/gate_frames_2026.jsonl") ? [] : recordedLines("frames/gate_frames_2026.jsonl"))
    .map((line) => JSON.stringify((line as { json: unknown }).json));
const frames: Readonly<Record<MarketKind, readonly string[]>> = {
  spot: [...Object.values(spotFrames), ...recorded.filter((text) => text.includes('"spot.'))],
  perpetual: [...Object.values(futuresFrames), ...recorded.filter((text) => text.includes('"futures.'))],
};

/** A damaged copy of a text that is JSON: its values or its characters. */
export function damagedDocument(mutator: Mutator, texts: readonly string[]): string {
  const text = mutator.pick(texts);
  const damaged = mutator.below(2) === 0
    ? damageJson(mutator, JSON.parse(text) as Json)
    : damageText(mutator, text, mutator.pick(texts));
  // What comes as UTF-8 has no half characters.
  return damaged.toWellFormed();
}

/** The name of a channel in a reply goes to the log only, and there an escape sequence stays as it was written. */
function plainlyNamed(content: Expectation): Expectation {
  if (content.kind !== "accepted" && content.kind !== "rejected") return content;
  return /^[a-z_.]*$/.test(content.channel) ? content : { ...content, channel: "not a plain name" };
}

function publicFrames(market: MarketKind): FuzzTarget {
  const instruments = testInstruments().ofExchange(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES");
  const ids = idsOf(instruments);
  const newCodec = (): GateioPublicCodec => new GateioPublicCodec(new SymbolIndex(instruments), market);
  const codec = newCodec();
  const expected = frames[market].map((text) => meaning(contentOf(newCodec(), text)));
  return {
    name: `gateio-public-${market === "spot" ? "spot" : "futures"}-frames`,
    run: (mutator, note) => {
      const text = damagedDocument(mutator, frames[market]);
      note(text);
      const content = contentOf(codec, text);
      assertSound(content);
      // Refusing more than JSON.parse is allowed. What is no business of this client may be anything, if it is JSON.
      if (content.kind === "other") JSON.parse(text);
      else if (content.kind !== "error") {
        const reference = expectGateio(text, market, ids);
        assertStrictEquals(meaning(plainlyNamed(content)), meaning(plainlyNamed(reference)));
      }
      if (mutator.below(4) > 0) return content.kind;
      const good = mutator.below(frames[market].length);
      assertStrictEquals(
        meaning(contentOf(codec, frames[market][good]!)),
        expected[good],
        "a good frame after it",
      );
      return content.kind;
    },
  };
}

const documents: readonly string[] = [
  ...frames.spot,
  ...frames.perpetual,
  '{"a":[1,-2.5e-7,{"b":null,"c":true,"d":false}],"é\\u20ac\\ud83d\\ude00\\n":"\\"\\\\\\/"}',
  '[9007199254740993,"9007199254740993",-0,0.1,1E400,12345678901234567890,{"id":299207900263708423}]',
  " \t\r\n[ ]\n",
];

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Deepest nesting of a text that is JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    else if (token === "]" || token === "}") depth -= 1;
  }
  return deepest;
}

/** The scanner takes exactly what `JSON.parse` takes, but for texts that are nested very deep. */
const scanner: FuzzTarget = ((): FuzzTarget => {
  const walker = new JsonScanner();
  const accepts = (text: string): boolean => {
    try {
      walker.reset(text);
      walker.skip();
      walker.finish();
      return true;
    } catch (error) {
      if (error instanceof ProtocolError) return false;
      throw error;
    }
  };
  return {
    name: "json-scanner",
    run: (mutator, note) => {
      const text = damagedDocument(mutator, documents);
      note(text);
      const accepted = accepts(text);
      const isJson = parsed(text) !== undefined;
      assertStrictEquals(accepted, isJson && depthOf(text) <= 65);
      return accepted ? "accepted" : "error";
    },
  };
})();

/** A number in quotes or bare is the one that `JSON.parse` and `Number` read. */
const scannerNumbers: FuzzTarget = ((): FuzzTarget => {
  const walker = new JsonScanner();
  return {
    name: "json-scanner-numbers",
    run: (mutator, note) => {
      const number = damageText(mutator, mutator.pick(edgeTexts), mutator.pick(edgeTexts));
      const quoted = mutator.below(2) === 0;
      const text = quoted ? JSON.stringify(number) : number;
      const end = mutator.pick(["", ",", "}", "]", " ", "\n"]);
      note(text + end);
      const what = mutator.pick(["number", "amount", "integer"] as const);
      walker.reset(text + end);
      let value: number;
      try {
        value = walker[what]();
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        return "error";
      }
      const whole = text.slice(0, walker.position).trim();
      const reference = JSON.parse(whole);
      if (reference === "") assert(Number.isNaN(value));
      else {
        assert(typeof reference === "number" || decimalPattern.test(reference), `${whole} is no number`);
        assertStrictEquals(value, Number(reference));
      }
      if (what === "amount") assert(!(value < 0) && value !== Infinity);
      if (what === "integer") assert(Number.isSafeInteger(value));
      return what;
    },
  };
})();

/** A decimal as texts have it: more forms than JSON's, such as leading zeros and a bare point. */
const decimalPattern = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|\d+\.?\d*|\.\d+)$/;

const lossless: FuzzTarget = {
  name: "lossless-json",
  run: (mutator, note) => {
    const text = damagedDocument(mutator, documents);
    note(text);
    const plain = parsed(text);
    let value: unknown;
    try {
      value = parseLossless(text, "A text");
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // A reviver needs stack for every level, and a text of thousands of them is none of the venue's.
      assert(plain === undefined || depthOf(text) > 1_000, "what JSON.parse takes is refused");
      return "error";
    }
    assert(plain !== undefined, "what JSON.parse refuses is taken");
    const kept = { digits: 0 };
    assertSame(value, plain!.value, kept, text);
    return kept.digits > 0 ? "digits kept" : "plain";
  },
};

/** Equal, but for whole numbers that a double does not hold, which are texts of the same value. */
function assertSame(value: unknown, plain: unknown, kept: { digits: number }, text: string): void {
  if (typeof plain === "number" && typeof value === "string") {
    assert(!Number.isSafeInteger(plain) && /^-?\d+$/.test(value) && text.includes(value));
    assertStrictEquals(Number(value), plain);
    kept.digits += 1;
  } else if (typeof plain === "object" && plain !== null) {
    assert(typeof value === "object" && value !== null && Array.isArray(value) === Array.isArray(plain));
    const [ours, theirs] = [value as Record<string, unknown>, plain as Record<string, unknown>];
    assertEquals(Object.keys(ours), Object.keys(theirs));
    if (Object.keys(theirs).length > 3_000) return;
    for (const key of Object.keys(theirs)) assertSame(ours[key], theirs[key], kept, text);
  } else {
    assert(Object.is(value, plain), `${value} is not ${plain}`);
    // A whole number beyond a double must not come out as one, however it is written.
    assert(
      typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value) ||
        !onlyWhole(text),
    );
  }
}

function onlyWhole(text: string): boolean {
  return !/\d[.eE]/.test(text);
}

/** What Gate.io's market data are read with. */
export const gateioPublicTargets: readonly FuzzTarget[] = [
  publicFrames("spot"),
  publicFrames("perpetual"),
  scanner,
  scannerNumbers,
  lossless,
];
