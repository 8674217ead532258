/**
 * MEXC's messages by way of protobufjs, for those that come rarely.
 * @module
 */
import protobuf from "protobufjs";
import * as v from "valibot";
import { protoFiles } from "../../../proto/mod.ts";
import { errorMessage, ProtocolError } from "../../core/errors.ts";
import { checkBody } from "../wire_schema.ts";

let root: protobuf.Root | undefined;

/** The schema of all files, read when the first message needs it. */
function schemaRoot(): protobuf.Root {
  if (root === undefined) {
    const parsed = new protobuf.Root();
    for (const text of Object.values(protoFiles)) protobuf.parse(text, parsed, { keepCase: true });
    root = parsed;
  }
  return root;
}

/**
 * Decodes a message and checks its fields. Fields that are not on the wire have the defaults of proto3, 64-bit numbers
 * come as doubles.
 *
 * @param type Name of the message in the schema.
 * @throws {ProtocolError} when the bytes are no such message or a field is not as `fields` has it.
 */
export function decodeMexcMessage<Output>(
  type: string,
  bytes: Uint8Array,
  fields: v.GenericSchema<unknown, Output>,
): Output {
  const message = schemaRoot().lookupType(type);
  let plain: unknown;
  try {
    plain = message.toObject(message.decode(bytes), { longs: Number, defaults: true });
  } catch (error) {
    throw new ProtocolError(`MEXC sent bytes that are no ${type}: ${errorMessage(error)}`);
  }
  return checkBody(fields, plain, `MEXC ${type}`);
}
