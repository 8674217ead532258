/**
 * Answers of MEXC's private REST interface: content or error.
 * @module
 */
import * as v from "valibot";
import { CexarbError, errorMessage, ProtocolError, VenueError } from "../../core/errors.ts";
import type { HttpResponse } from "../../core/network.ts";
import type { Outcome, Refused, Unknown } from "../../core/order_request.ts";
import { RateLimitError } from "../../net/rate_limiter.ts";
import { parseLossless } from "../lossless_json.ts";
import { outcomeOf } from "./private_errors.ts";
import { type PrivateRequest, type SignedSender, UnsentError, withoutSignatures } from "./private_sender.ts";

/**
 * An error body. MEXC writes `msg`, its older interface `message`. Codes 0 and 200 stand beside content.
 */
const errorSchema = v.object({
  code: v.union([v.number(), v.string()]),
  msg: v.optional(v.nullable(v.string())),
  message: v.optional(v.nullable(v.string())),
});
const goodCodes: readonly string[] = ["0", "200"];
/** Most characters of a venue's own words that are kept. */
const longestMessage = 300;

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The error that a body (or one element of a batch) states, if it states one. */
export function failureOf(body: unknown): Failure | undefined {
  const result = v.safeParse(errorSchema, body);
  if (!result.success || goodCodes.includes(String(result.output.code))) return undefined;
  const { code, msg, message } = result.output;
  return { code: String(code), message: (msg ?? message ?? "").slice(0, longestMessage) };
}

type Answer =
  | { readonly kind: "content"; readonly body: unknown }
  | (Failure & { readonly kind: "error"; readonly status: number });

function readAnswer({ status, text }: HttpResponse): Answer {
  const ok = status >= 200 && status < 300;
  let body: unknown;
  try {
    body = parseLossless(text, "the answer");
  } catch {
    const message = `no JSON: ${text.slice(0, longestMessage)}`;
    return { kind: "error", status, code: "", message };
  }
  const failure = failureOf(body);
  if (ok && failure === undefined) return { kind: "content", body };
  return { kind: "error", status, ...(failure ?? { code: "", message: text.slice(0, longestMessage) }) };
}

/**
 * Sends something that changes orders, and says what became of it. Never throws: what is not understood is unknown.
 *
 * @param read Reads the content. What it throws makes the outcome unknown, because the venue has said yes.
 */
export async function attempt<Value>(
  sender: SignedSender,
  request: PrivateRequest,
  read: (body: unknown) => Value,
): Promise<Outcome<Value>> {
  const what = `${request.method} ${request.path}`;
  try {
    const response = await sender.send(request);
    const answer = readAnswer(response);
    if (answer.kind === "content") return { kind: "accepted", value: read(answer.body) };
    return outcomeOf({ ...answer, retryAfterMs: retryAfterMs(response.headers) });
  } catch (error) {
    return unanswered(what, error);
  }
}

function unanswered(what: string, error: unknown): Refused | Unknown {
  const message = withoutSignatures(errorMessage(error));
  if (error instanceof UnsentError) {
    return { kind: "refused", reason: error.reason, code: "unsent", message };
  }
  if (error instanceof RateLimitError) {
    const { retryAfterMs } = error;
    return { kind: "refused", reason: "rate", code: "unsent", message, retryAfterMs };
  }
  // A defect of ours says no more about the order than a broken connection does.
  const name = error instanceof CexarbError ? "" : "defect: ";
  return { kind: "unknown", why: `${what}: ${name}${message}` };
}

/**
 * Asks a question.
 *
 * @throws {NetworkError} when no answer came in time.
 * @throws {UnsentError} when nothing was sent.
 * @throws {VenueError} when the answer is an error.
 * @throws {ProtocolError} when a good answer is not JSON.
 */
export async function ask(sender: SignedSender, request: PrivateRequest): Promise<unknown> {
  const answer = readAnswer(await sender.send(request));
  if (answer.kind === "content") return answer.body;
  const { status, code, message } = answer;
  const what = `${request.method} ${request.path}`;
  if (status >= 200 && status < 300 && code === "") {
    throw new ProtocolError(`${what} did not answer JSON: ${message}`);
  }
  throw new VenueError(
    `${what} failed with status ${status}, code ${code || "none"}: ${message}`,
    status,
    code,
  );
}

/** `Retry-After` in seconds. */
function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get("Retry-After") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) * 1000 : undefined;
}
