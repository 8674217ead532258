/**
 * The envelope of pushed market data and the rules of subscription payloads.
 * @module
 */
import { CollectorTopic, type Topic, type TopicOptions } from "../publish/topic.ts";
import { GateWsError } from "./gate_errors.ts";

/** Text of one push. @param nowMs Epoch milliseconds of the push. */
export function gatePush(channel: string, event: "update" | "all", nowMs: number, result: unknown): string {
  return JSON.stringify({ time: Math.floor(nowMs / 1000), time_ms: nowMs, channel, event, result });
}

/**
 * The payload as a list of `count` texts, or of one text and more when no count is given.
 *
 * @throws {GateWsError} with code 1 when it is anything else.
 */
export function payloadTexts(payload: readonly unknown[], count?: number): string[] {
  const wrongLength = count === undefined ? payload.length === 0 : payload.length !== count;
  if (wrongLength || !payload.every((item) => typeof item === "string")) {
    throw new GateWsError(1, "invalid payload"); // UNCONFIRMED wording.
  }
  return payload as string[];
}

/**
 * Checks one argument against the values that the channel takes.
 *
 * @throws {GateWsError} with code 2 when it is not one of them. UNCONFIRMED wording.
 */
export function oneOf(value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) throw new GateWsError(2, `invalid argument: ${value}`);
  return value;
}

/** Topics by name; each is made when it is first asked for. */
export class TopicTable {
  readonly #topics = new Map<string, Topic>();

  /** The topic with this name, made from `options` on first use. */
  get<Value>(name: string, options: () => TopicOptions<Value>): Topic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = new CollectorTopic(options());
      this.#topics.set(name, topic);
    }
    return topic;
  }
}
