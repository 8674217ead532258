/**
 * The control port: the truth about the venues, faults, time.
 * @module
 */
import { CexarbError, errorMessage } from "../../core/errors.ts";
import type { ControlRoutes } from "./control_routes.ts";

const maxBodyBytes = 1024 * 1024;

/** Serves {@link ControlRoutes} on 127.0.0.1. Nothing else than this machine can reach it. */
export class ControlServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #routes: ControlRoutes;

  private constructor(routes: ControlRoutes, port: number) {
    this.#routes = routes;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port, onListen: (): void => {} },
      (request) => this.#answer(request),
    );
  }

  /**
   * Opens the port; 0 takes a free one.
   *
   * @throws {Deno.errors.AddrInUse} when the port is taken.
   */
  static start(routes: ControlRoutes, port: number): ControlServer {
    return new ControlServer(routes, port);
  }

  /** `http://127.0.0.1:<port>`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Closes the port. */
  stop(): Promise<void> {
    return this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams, host } = new URL(request.url);
    try {
      // A web page that the user happens to have open must not get in under another name.
      if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) {
        return json(403, { error: `Unknown host ${host}` });
      }
      const body = request.method === "GET" ? undefined : await readBody(request);
      const route = this.#routes.find(request.method, pathname);
      if (route === undefined) {
        return json(404, { error: `There is no ${request.method} ${pathname}`, routes: this.#routes.list() });
      }
      const answer = await route(searchParams, body);
      if (typeof answer !== "string") return json(200, answer);
      return new Response(answer, { headers: { "content-type": "text/plain; charset=utf-8" } });
    } catch (error) {
      return json(error instanceof CexarbError ? 400 : 500, { error: errorMessage(error) });
    }
  }
}

async function readBody(request: Request): Promise<unknown> {
  const { headers } = request;
  if (Number(headers.get("content-length") ?? 0) > maxBodyBytes) throw new BadRequest("The body is too long");
  const text = await request.text();
  if (text === "") return undefined;
  // Browsers send this type across sites only after asking, and they are not answered.
  if (!headers.get("content-type")?.startsWith("application/json")) {
    throw new BadRequest("Send the body as application/json");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`The body is not JSON: ${errorMessage(error)}`);
  }
}

/** The caller's mistake. */
class BadRequest extends CexarbError {
  override readonly name = "BadRequest";
}

function json(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value) + "\n", {
    status,
    headers: { "content-type": "application/json" },
  });
}
