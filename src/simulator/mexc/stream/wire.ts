/**
 * Binary frames of MEXC spot, written with protobufjs from the schema in `proto/`.
 * @module
 */
import protobuf from "protobufjs";
import { protoFiles } from "../../../../proto/mod.ts";

const root = new protobuf.Root();
for (const text of Object.values(protoFiles)) protobuf.parse(text, root, { keepCase: true });
const wrapperType = root.lookupType("PushDataV3ApiWrapper");

/** The head of a frame; which of the optional fields a channel uses is up to it. */
export interface PushHead {
  readonly channel: string;
  readonly symbol?: string;
  readonly symbolId?: string;
  /** Epoch milliseconds. */
  readonly createTime?: number;
  /** Epoch milliseconds. */
  readonly sendTime?: number;
}

/**
 * One frame. Field order on the wire is that of the field numbers, as live: channel, symbol, sendTime, body.
 *
 * @param body One member of the wrapper's `body`, by its name.
 */
export function encodePush(head: PushHead, body: Readonly<Record<string, object>>): Uint8Array {
  return wrapperType.encode({ ...head, ...body }).finish();
}
