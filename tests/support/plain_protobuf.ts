/**
 * A protobuf reader that is as plain as the specification: what protobufjs and the engine's own readers are held to.
 * Only the names, numbers and types of the fields are protobufjs', not the way bytes are read.
 * @module
 */
import type protobuf from "protobufjs";

/** Deeper groups than anybody writes. */
const maxGroups = 100;

/** A message by the names of its fields; 64-bit numbers as bigint, fields that are not on the wire left out. */
export type PlainMessage = { [name: string]: PlainValue };
/** A value of a field. */
export type PlainValue = string | number | bigint | boolean | PlainMessage | PlainValue[];

/** Reads a message. @throws {RangeError} when the bytes are none of this type. */
export function readPlain(bytes: Uint8Array, type: protobuf.Type): PlainMessage {
  const reader = new PlainReader(bytes);
  const message: PlainMessage = {};
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    const field = type.fieldsById[number];
    const wanted = field === undefined ? -1 : wireTypeOf(field);
    if (field === undefined || wireType !== wanted) reader.skip(number, wireType, 0);
    else put(message, field, valueOf(reader, field));
  }
  return message;
}

function put(message: PlainMessage, field: protobuf.Field, value: PlainValue): void {
  const { name, partOf } = field;
  if (field.repeated) {
    const list = message[name] as PlainValue[] | undefined;
    message[name] = [...list ?? [], value];
    return;
  }
  // Of a oneof the last one counts; a message that comes twice is merged.
  for (const other of partOf?.oneof ?? []) if (other !== name) delete message[other];
  const before = message[name];
  message[name] = isMessage(before) && isMessage(value)
    ? merged(before, value, field.resolvedType as protobuf.Type)
    : value;
}

function isMessage(value: PlainValue | undefined): value is PlainMessage {
  return typeof value === "object" && !Array.isArray(value);
}

function merged(first: PlainMessage, second: PlainMessage, type: protobuf.Type): PlainMessage {
  const both = { ...first };
  for (const field of type.fieldsArray) {
    const value = second[field.name];
    if (value === undefined) continue;
    for (const each of field.repeated ? value as PlainValue[] : [value]) put(both, field, each);
  }
  return both;
}

function wireTypeOf(field: protobuf.Field): number {
  return ["int32", "int64", "uint32", "uint64", "bool"].includes(field.type) ? 0 : 2;
}

function valueOf(reader: PlainReader, field: protobuf.Field): PlainValue {
  field.resolve();
  switch (field.type) {
    case "int32":
      return Number(BigInt.asIntN(32, reader.varint()));
    case "int64":
      return BigInt.asIntN(64, reader.varint());
    case "bool":
      return reader.varint() !== 0n;
    case "string":
      return utf8(reader.slice());
  }
  if (field.resolvedType === null) throw new Error(`This reader does not know the type ${field.type}`);
  return readPlain(reader.slice(), field.resolvedType as protobuf.Type);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RangeError("A text is not UTF-8");
  }
}

/** Reads values one after the other. */
export class PlainReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at;
  }

  varint(): bigint {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new RangeError("The message ends within a varint");
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError("A varint has more than 10 bytes");
  }

  tag(): { number: number; wireType: number } {
    const tag = this.varint();
    if (tag >= 2n ** 32n || tag < 8n) throw new RangeError(`${tag} is no tag`);
    return { number: Number(tag >> 3n), wireType: Number(tag & 7n) };
  }

  slice(): Uint8Array {
    const length = this.varint();
    if (length > BigInt(this.bytes.length - this.#at)) {
      throw new RangeError("The message ends within a value");
    }
    this.#at += Number(length);
    return this.bytes.subarray(this.#at - Number(length), this.#at);
  }

  skip(number: number, wireType: number, depth: number): void {
    if (wireType === 0) this.#skipVarint();
    else if (wireType === 2) this.slice();
    else if (wireType === 1 || wireType === 5) this.#advance(wireType === 1 ? 8 : 4);
    else if (wireType === 3 && depth < maxGroups) {
      for (let inner = this.tag(); inner.wireType !== 4 || inner.number !== number; inner = this.tag()) {
        this.skip(inner.number, inner.wireType, depth + 1);
      }
    } else throw new RangeError(`Nothing can be done with the wire type ${wireType}`);
  }

  /** protobufjs minds no length of a number that nobody reads, so neither does this. */
  #skipVarint(): void {
    let byte = 0x80;
    while (byte >= 0x80) {
      const next = this.bytes[this.#at++];
      if (next === undefined) throw new RangeError("The message ends within a varint");
      byte = next;
    }
  }

  #advance(count: number): void {
    if (this.#at + count > this.bytes.length) throw new RangeError("The message ends within a value");
    this.#at += count;
  }
}
