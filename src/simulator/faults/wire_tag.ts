/**
 * Which stream a frame belongs to, read from the frame itself.
 * @module
 */
import type { Frame } from "../transport/server_port.ts";

/** What a frame says about itself. */
export interface WireTag {
  /** Name of the channel; empty when there is none. */
  readonly channel: string;
  /** Whether it carries data: acknowledgements and pongs do not. */
  readonly data: boolean;
  /** Whether it is about this symbol. */
  readonly about: (symbol: string) => boolean;
  /** Id of the request that it answers, on the trading channels of Gate.io. */
  readonly requestId: string | undefined;
}

const channelPattern = /"channel":"([^"]*)"/;
const dataPattern = /"event":"(?:update|all)"/;
const requestPattern = /"request_id":"([^"]*)"/;
const textDecoder = new TextDecoder();

/** Reads a frame of MEXC (protobuf) or Gate.io (JSON). */
export function wireTag(frame: Frame): WireTag {
  return typeof frame === "string" ? jsonTag(frame) : protobufTag(frame);
}

function jsonTag(frame: string): WireTag {
  return {
    channel: channelPattern.exec(frame)?.[1] ?? "",
    data: dataPattern.test(frame),
    about: (symbol) => frame.includes(`"${symbol}"`) || frame.includes(`.${symbol}.`),
    requestId: requestPattern.exec(frame)?.[1],
  };
}

/** Fields 1 (channel) and 3 (symbol) of the wrapper stand first and are shorter than 128 bytes. */
function protobufTag(bytes: Uint8Array): WireTag {
  const channelEnd = 2 + (bytes[1] ?? 0);
  const channel = textDecoder.decode(bytes.subarray(2, channelEnd));
  const symbol = bytes[channelEnd] === 0x1a
    ? textDecoder.decode(bytes.subarray(channelEnd + 2, channelEnd + 2 + bytes[channelEnd + 1]!))
    : "";
  return {
    channel,
    data: true,
    about: (name) => name === symbol || channel.includes(`@${name}`),
    requestId: undefined,
  };
}
