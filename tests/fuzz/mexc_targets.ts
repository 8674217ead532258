/**
 * MEXC's stream: public and private frames, and every message of the schema.
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import protobuf from "protobufjs";
import * as v from "valibot";
import { protoFiles } from "../../proto/mod.ts";
import { CexarbError, ProtocolError } from "../../src/core/errors.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import {
  decodePrivateEvent,
  type PrivateEvent,
  readControl,
} from "../../src/exchanges/mexc/private_codec.ts";
import { ProtobufReader } from "../../src/exchanges/mexc/protobuf_reader.ts";
import { MexcPublicCodec } from "../../src/exchanges/mexc/public_codec.ts";
import { decodeMexcMessage } from "../../src/exchanges/mexc/push_schema.ts";
import { SymbolIndex } from "../../src/exchanges/symbol_index.ts";
import { contentOf, idsOf, meaning } from "../support/codec_content.ts";
import { Exact } from "../support/exact.ts";
import { testInstruments } from "../support/instruments.ts";
import { mexcFrames, mexcPrivateFrames, mexcTexts } from "../support/mexc_frames.ts";
import { decodeUsedMexc, expectMexc } from "../support/mexc_protobuf.ts";
import type { Mutator } from "../support/mutation.ts";
import { type PlainMessage, PlainReader, type PlainValue, readPlain } from "../support/plain_protobuf.ts";
import { damageProtobuf, varintBytes } from "../support/protobuf_mutation.ts";
import { assertSound, assertSoundFields } from "../support/sound_content.ts";
import { damageBytes, damageText } from "../support/wire_mutation.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const instruments = testInstruments().ofExchange("MEXC_SPOT");
const ids = idsOf(instruments);
const symbols = new SymbolIndex(instruments);
const schema = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, schema, { keepCase: true });
const wrapper = schema.lookupType("PushDataV3ApiWrapper");

function damaged(mutator: Mutator, frames: readonly Uint8Array[]): Uint8Array {
  const frame = mutator.pick(frames);
  const once = mutator.below(2) === 0 ? frame : damageProtobuf(mutator, frame);
  return once === frame || mutator.below(4) === 0 ? damageBytes(mutator, once, mutator.pick(frames)) : once;
}

const publicFrames: FuzzTarget = ((): FuzzTarget => {
  const codec = new MexcPublicCodec(symbols);
  const expected = mexcFrames.map((frame) => meaning(contentOf(new MexcPublicCodec(symbols), frame)));
  return {
    name: "mexc-public-frames",
    run: (mutator, note) => {
      const bytes = damaged(mutator, mexcFrames);
      note(bytes);
      const content = contentOf(codec, bytes);
      assertSound(content);
      // Refusing more than protobufjs is allowed: a version of 16 digits, a negative time.
      if (content.kind !== "error" && content.kind !== "other") {
        assertStrictEquals(meaning(content), meaning(expectMexc(decodeUsedMexc(bytes), ids)));
      }
      if (mutator.below(4) > 0) return content.kind;
      const good = mutator.below(mexcFrames.length);
      assertStrictEquals(
        meaning(contentOf(codec, mexcFrames[good]!)),
        expected[good],
        "a good frame after it",
      );
      return content.kind;
    },
  };
})();

const publicTexts: FuzzTarget = {
  name: "mexc-public-answers",
  run: (mutator, note) => {
    const text = damageText(mutator, mutator.pick(mexcTexts), mutator.pick(mexcTexts));
    note(text);
    const content = contentOf(new MexcPublicCodec(symbols), text);
    const { id = 0, code, msg } = jsonObject(text);
    const isAnswer = isNumeric(id) && isNumeric(code) && typeof msg === "string";
    if (!isAnswer) assertStrictEquals(content.kind, "error");
    else if (msg === "PONG") assertStrictEquals(content.kind, "pong");
    else if (content.kind !== "error") {
      const refused = Number(code) !== 0 || msg.startsWith("Not Subscribed successfully");
      const kind = refused ? "rejected" : "accepted";
      assertEquals(content, { kind, id: Number(id), channel: msg, message: msg });
    }
    return content.kind;
  },
};

const privateTexts: FuzzTarget = {
  name: "mexc-private-answers",
  run: (mutator, note) => {
    const text = damageText(mutator, mutator.pick(mexcTexts), mutator.pick(mexcTexts));
    note(text);
    const control = readControl(text);
    if (control.kind === "invalid-key") {
      assert(/invalid listen key/i.test(text));
      return control.kind;
    }
    const { msg } = jsonObject(text);
    if (control.kind === "pong") assertStrictEquals(msg, "PONG");
    else if (control.kind === "rejected") assertStrictEquals(control.message, msg);
    else if (control.kind === "subscribed") {
      assert(control.channels.every((channel) => String(msg).split(",").includes(channel)));
    } else assert(msg !== "PONG");
    return control.kind;
  },
};

/** A number, or a whole number as text. */
function isNumeric(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^-?\d+$/.test(value));
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const messageNames = Object.values(wrapper.fields).filter(({ resolvedType, type }) =>
  resolvedType ?? schema.lookup(type)
).map(({ type }) => type);

/** Every message of the schema, by the path that rare and private messages take. */
const messages: FuzzTarget = {
  name: "mexc-messages",
  testInputs: 5_000,
  run: (mutator, note) => {
    const name = mutator.pick(["PushDataV3ApiWrapper", ...messageNames]);
    const type = schema.lookupType(name);
    const samples = [...mexcFrames, ...mexcPrivateFrames].map((frame) => bodyOf(frame, name))
      .filter((body) => body !== undefined);
    const bytes = damaged(mutator, samples.length > 0 ? samples : [Uint8Array.of(10, 1, 49)]);
    note(bytes);
    let plain: PlainMessage | undefined;
    try {
      plain = readPlain(bytes, type);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    let read: unknown;
    try {
      read = decodeMexcMessage(name, bytes, v.unknown());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return "error";
    }
    assert(plain !== undefined, "the plain reader refuses it");
    assertEquals(read, withDefaults(plain!, type));
    return "read";
  },
};

const bodies = new Map<Uint8Array, Map<string, Uint8Array>>();

/** The bytes of a message of this type that a frame holds. */
function bodyOf(frame: Uint8Array, name: string): Uint8Array | undefined {
  if (name === wrapper.name) return frame;
  const known = bodies.get(frame);
  if (known !== undefined) return known.get(name);
  const found = new Map<string, Uint8Array>();
  const reader = new PlainReader(frame);
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    const field = wrapper.fieldsById[number];
    if (field !== undefined && wireType === 2) found.set(field.type, reader.slice());
    else reader.skip(number, wireType, 0);
  }
  bodies.set(frame, found);
  return found.get(name);
}

/** A message as protobufjs gives it: with the defaults of proto3, 64-bit numbers as doubles. */
function withDefaults(message: PlainMessage, type: protobuf.Type): unknown {
  const all: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    field.resolve();
    const value = message[field.name];
    const plain = (each: PlainValue): unknown =>
      typeof each === "bigint"
        ? Number(each)
        : typeof each === "object" && !Array.isArray(each)
        ? withDefaults(each, field.resolvedType as protobuf.Type)
        : each;
    if (value !== undefined) {
      all[field.name] = field.repeated ? (value as PlainValue[]).map(plain) : plain(value);
    } else if (field.repeated) all[field.name] = [];
    else if (field.partOf === null && field.resolvedType === null) {
      all[field.name] = field.type === "string" ? "" : field.type === "bool" ? false : 0;
    } else if (field.partOf === null) all[field.name] = null;
  }
  return all;
}

const privateFrames: FuzzTarget = ((): FuzzTarget => {
  const mexc = new Map(instruments.map((each): [string, Instrument] => [each.exchangeSymbol, each]));
  return {
    name: "mexc-private-frames",
    testInputs: 10_000,
    run: (mutator, note) => {
      const bytes = damaged(mutator, mexcPrivateFrames);
      note(bytes);
      let event: PrivateEvent;
      try {
        event = decodePrivateEvent(bytes, mexc);
      } catch (error) {
        if (!(error instanceof CexarbError)) throw error;
        return "error";
      }
      if (event.kind === "other") return event.kind;
      const plain = readPlain(bytes, wrapper);
      assertPrivate(event, plain, mexc.get(String(plain["symbol"])));
      return event.kind;
    },
  };
})();

/** Holds an event to the texts that were on the wire. */
function assertPrivate(event: PrivateEvent, plain: PlainMessage, instrument: Instrument | undefined): void {
  if (event.kind === "balance") {
    const row = plain["privateAccount"] as PlainMessage;
    const { coin, available, locked } = event.balance;
    assertEquals<unknown>([coin, available, locked], [
      row["vcoinName"],
      Number(row["balanceAmount"]),
      Number(row["frozenAmount"]),
    ]);
    assertSoundFields({ available, locked }, "spotBalance");
  } else if (event.kind === "fill") {
    const row = plain["privateDeals"] as PlainMessage;
    const { price, quantity, notional, tradeId, side } = event.fill;
    assertEquals<unknown>([price, quantity, notional, tradeId, side], [
      Number(row["price"]),
      Number(row["quantity"]),
      Number(row["amount"]),
      row["tradeId"],
      row["tradeType"] === 1 ? "buy" : "sell",
    ]);
    assertSoundFields({ price, quantity, notional, time: event.fill.time }, "fill");
    assert(event.fill.time >= 0);
  } else if (event.kind === "order") {
    const row = plain["privateOrders"] as PlainMessage;
    const { lots, filledLots, priceTicks, exchangeOrderId, type, createdAt } = event.report;
    assertSoundFields(event.report, "order");
    assert(lots >= filledLots && createdAt >= 0);
    assertStrictEquals(exchangeOrderId, row["id"]);
    const { tick, lot } = instrument!;
    const filled = decimal(row["cumulativeQuantity"]);
    // What is under one lot is left out, never added.
    const rest = filled.minus(steps(filledLots, lot.mantissa, lot.decimals));
    assert(rest.compare(Exact.zero) >= 0 && rest.compare(steps(1, lot.mantissa, lot.decimals)) < 0);
    if (type === "market") return;
    assertStrictEquals(decimal(row["price"]).compare(steps(priceTicks, tick.mantissa, tick.decimals)), 0);
  }
}

function steps(count: number, mantissa: number, decimals: number): Exact {
  return Exact.ratio(BigInt(count) * BigInt(mantissa), 10n ** BigInt(decimals));
}

/** The exact value of a decimal text; an empty one is 0. */
function decimal(text: PlainValue | undefined): Exact {
  return Exact.parse(String(text ?? "") || "0");
}

/** Varints, tags, lengths and unknown fields one after the other. */
const values: FuzzTarget = {
  name: "mexc-protobuf-values",
  run: (mutator, note) => {
    const start = varintBytes(BigInt(mutator.below(2 ** 32)) << BigInt(mutator.below(40)), mutator.below(3));
    const bytes = damageBytes(mutator, start, Uint8Array.from({ length: 12 }, () => mutator.below(256)));
    note(bytes);
    const reader = new ProtobufReader();
    // What stands behind the end of a frame is none of its business.
    reader.reset(Uint8Array.of(...bytes, 1, 1, 1));
    const plain = new PlainReader(bytes);
    const what = mutator.pick(["varint", "varintTo", "slice", "skip"] as const);
    const out = new Float64Array(1);
    let ours: number | undefined;
    try {
      if (what === "varint") ours = reader.varint(bytes.length);
      else if (what === "varintTo") {
        reader.varintTo(bytes.length, out, 0);
        ours = out[0]!;
      } else if (what === "slice") {
        reader.slice(bytes.length);
        ours = reader.end - reader.start;
      } else reader.skip(reader.tag(bytes.length), bytes.length);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return "error";
    }
    if (what === "skip") {
      const { number, wireType } = plain.tag();
      plain.skip(number, wireType, 0);
    } else assertStrictEquals(ours, what === "slice" ? plain.slice().length : Number(plain.varint()));
    assertStrictEquals(reader.position, plain.position);
    assert(ours === undefined || Number.isSafeInteger(ours));
    return what;
  },
};

/** What MEXC's stream is read with. */
export const mexcTargets: readonly FuzzTarget[] = [
  publicFrames,
  publicTexts,
  messages,
  values,
  privateFrames,
  privateTexts,
];
