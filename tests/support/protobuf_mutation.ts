/**
 * Damages protobuf messages field by field, so that what is around the damage stays whole.
 * @module
 */
import { edgeTexts } from "./edge_values.ts";
import type { Mutator } from "./mutation.ts";
import { joined } from "./wire_mutation.ts";

/** One field as it stands on the wire. */
interface Field {
  readonly tag: Uint8Array;
  readonly type: number;
  /** The content of a length-delimited field, else the value's bytes. */
  readonly content: Uint8Array;
  /** Length as it is stated when it is not that of the content. */
  readonly length?: Uint8Array;
}

const encoder = new TextEncoder();

/** The bytes of a varint, with superfluous ones at its end. */
export function varintBytes(value: bigint, superfluous = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < superfluous; i++) bytes.push(0);
  return Uint8Array.from(bytes, (byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

/** A copy with one to three fields, at any depth, lost, doubled, moved, renamed or with other contents. */
export function damageProtobuf(mutator: Mutator, bytes: Uint8Array): Uint8Array {
  let damaged = bytes;
  for (let injuries = mutator.pick([1, 1, 1, 2, 3]); injuries > 0; injuries--) {
    damaged = injureMessage(mutator, damaged);
  }
  return damaged;
}

function injureMessage(mutator: Mutator, bytes: Uint8Array): Uint8Array {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return bytes;
  const at = mutator.below(fields.length);
  const field = fields[at]!;
  const isMessage = field.type === 2 && (fieldsOf(field.content)?.length ?? 0) > 0;
  if (isMessage && mutator.below(4) > 0) {
    return written(fields.with(at, { ...field, content: injureMessage(mutator, field.content) }));
  }
  switch (mutator.below(7)) {
    case 0:
      return written(fields.toSpliced(at, 1));
    case 1:
      return written(fields.toSpliced(mutator.below(fields.length + 1), 0, field));
    case 2:
      return written(fields.toSpliced(at, 1).toSpliced(mutator.below(fields.length), 0, field));
    case 3:
      return written(fields.with(at, { ...field, tag: otherTag(mutator, field.tag) }));
    case 4:
      return written(fields.toSpliced(at, 0, unknownField(mutator)));
    default:
      return written(fields.with(at, otherContent(mutator, field)));
  }
}

/** Another field number or wire type, or the same in more bytes than needed. */
function otherTag(mutator: Mutator, tag: Uint8Array): Uint8Array {
  const value = tag.reduce((sum, byte, i) => sum | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
  return mutator.pick([
    varintBytes(value, 1 + mutator.below(10)),
    varintBytes((value & ~7n) | BigInt(mutator.below(8))),
    varintBytes((BigInt(mutator.below(20)) << 3n) | (value & 7n)),
    varintBytes((BigInt(300 + mutator.below(20)) << 3n) | (value & 7n)),
    varintBytes(value | (1n << 32n)),
    varintBytes(value & 7n),
  ]);
}

function unknownField(mutator: Mutator): Field {
  const type = mutator.pick([0, 1, 2, 3, 4, 5]);
  const tag = varintBytes((BigInt(mutator.pick([1, 9, 16, 400, 5000, 2 ** 28])) << 3n) | BigInt(type));
  const length = type === 1 ? 8 : type === 5 ? 4 : type === 0 ? 0 : mutator.below(10);
  if (type === 0) return { tag, type, content: anyVarint(mutator) };
  const content = Uint8Array.from(
    { length: type === 3 || type === 4 ? 0 : length },
    () => mutator.below(256),
  );
  return { tag, type, content };
}

function anyVarint(mutator: Mutator): Uint8Array {
  const value = mutator.pick([
    0n,
    1n,
    2n,
    3n,
    127n,
    128n,
    2n ** 31n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 63n,
    -1n,
  ]);
  return varintBytes(value, mutator.below(4) === 0 ? mutator.below(11) : 0);
}

function otherContent(mutator: Mutator, field: Field): Field {
  if (field.type === 0) return { ...field, content: anyVarint(mutator) };
  if (field.type !== 2) return { ...field, content: field.content.map(() => mutator.below(256)) };
  switch (mutator.below(5)) {
    case 0:
      // A length that goes beyond the message, or into the field that follows.
      return {
        ...field,
        length: mutator.below(2) === 0
          ? anyVarint(mutator)
          : varintBytes(BigInt(field.content.length + mutator.below(5) - 2)),
      };
    case 1:
      return { ...field, length: varintBytes(BigInt(field.content.length), 1 + mutator.below(5)) };
    case 2: {
      const { content } = field;
      if (content.length === 0) return field;
      const at = mutator.below(content.length);
      return {
        ...field,
        content: content.with(at, mutator.pick([48 + mutator.below(10), 46, 45, 0xff, 0xc3])),
      };
    }
    default:
      return { ...field, content: encoder.encode(mutator.pick(edgeTexts)) };
  }
}

function written(fields: readonly Field[]): Uint8Array {
  return joined(
    ...fields.flatMap(({ tag, type, content, length }) =>
      type === 2 ? [tag, length ?? varintBytes(BigInt(content.length)), content] : [tag, content]
    ),
  );
}

/** The fields of a message; undefined when the bytes are none. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    const type = bytes[at]! & 7;
    if (tag === undefined || bytes[at]! < 8) return undefined;
    at += tag.length;
    if (type === 2) {
      const length = varintAt(bytes, at);
      if (length === undefined || length.length > 4) return undefined;
      const size = length.reduce((sum, byte, i) => sum + (byte & 0x7f) * 2 ** (7 * i), 0);
      at += length.length;
      if (at + size > bytes.length) return undefined;
      fields.push({ tag, type, content: bytes.subarray(at, at + size) });
      at += size;
      continue;
    }
    const content = type === 0
      ? varintAt(bytes, at)
      : type === 1
      ? bytes.subarray(at, at + 8)
      : type === 5
      ? bytes.subarray(at, at + 4)
      : undefined;
    if (content === undefined || at + content.length > bytes.length) return undefined;
    fields.push({ tag, type, content });
    at += content.length;
  }
  return fields;
}

function varintAt(bytes: Uint8Array, at: number): Uint8Array | undefined {
  for (let end = at; end < bytes.length && end < at + 10; end++) {
    if (bytes[end]! < 0x80) return bytes.subarray(at, end + 1);
  }
  return undefined;
}
