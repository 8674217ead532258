/**
 * The control of trading over HTTP: for programs on this machine, not for pages of other sites in a browser on it.
 * @module
 */
import * as v from "valibot";
import type { DeskControl } from "./desk_control.ts";

/** Paths that belong to it. */
export const controlPaths: readonly string[] = ["/control", "/control/kill", "/control/reset"];

const killSchema = v.strictObject({
  reason: v.pipe(v.string(), v.trim(), v.nonEmpty("must not be empty"), v.maxLength(200)),
});
const resetSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty("must not be empty"), v.maxLength(200)),
});
const maxBodyBytes = 4_096;

/** Why a request is not served. */
class Refused extends Error {
  constructor(readonly status: number, message: string, readonly headers: Record<string, string> = {}) {
    super(message);
  }
}

/**
 * Answers `GET /control` with the state, and `POST /control/kill` (`{"reason": "…"}`) and `POST /control/reset`
 * (`{"name": "…"}`) with the state after it. Everything is JSON; what is refused has an `error`.
 *
 * Only for this machine: both the sender and the name in `Host` must be of the loopback, because a page of another site
 * can make a browser connect here under a name of its own (DNS rebinding). A page elsewhere can also post a form, but
 * not with the type of JSON, and a browser tells its origin (cross-site request forgery).
 *
 * @param sender Address that the request came from.
 */
export async function answerControl(
  request: Request,
  sender: string,
  control: DeskControl,
): Promise<Response> {
  try {
    checkSource(request, sender);
    return await act(request, control);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return answer({ error: error.message }, error.status, error.headers);
  }
}

async function act(request: Request, control: DeskControl): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/control") {
    checkMethod(request, "GET");
    return answer(control.state(), 200);
  }
  checkMethod(request, "POST");
  if (pathname === "/control/kill") control.kill((await bodyOf(request, killSchema)).reason);
  else {
    const why = control.reset((await bodyOf(request, resetSchema)).name);
    if (why !== undefined) throw new Refused(409, why);
  }
  return answer(control.state(), 200);
}

function checkSource({ headers }: Request, sender: string): void {
  const host = headers.get("host") ?? "";
  if (!isLoopback(sender) || !isLoopback(host.replace(/:\d{1,5}$/, ""))) {
    throw new Refused(
      403,
      "trading is controlled from this machine only, under 127.0.0.1, [::1] or localhost",
    );
  }
  const origin = headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new Refused(403, "trading is not controlled by pages of other sites");
  }
}

/** Whether an address, or a name in `Host`, is this machine's own for sure. */
function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::ffff:127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(address);
}

function checkMethod({ method }: Request, allowed: "GET" | "POST"): void {
  if (method !== allowed) throw new Refused(405, `only ${allowed}`, { allow: allowed });
}

async function bodyOf<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type !== "application/json") throw new Refused(415, "the body must be application/json");
  const result = v.safeParse(schema, parsed(await limitedText(request)));
  if (result.success) return result.output;
  const [{ path, message }] = result.issues;
  const name = path?.map(({ key }) => String(key)).join(".") ?? "the body";
  throw new Refused(400, `${name}: ${message}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, "the body is not JSON");
  }
}

async function limitedText({ body }: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "", length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new Refused(413, `the body must not be over ${maxBodyBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function answer(value: unknown, status: number, headers: Record<string, string> = {}): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store", ...headers } });
}
