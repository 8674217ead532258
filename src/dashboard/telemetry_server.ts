/**
 * The figures of a run over HTTP.
 * @module
 */
import type { ListenAddress } from "../config/telemetry_config.ts";
import { ConfigError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../logging/logger.ts";
import { type ComplianceReport, complianceText } from "../telemetry/compliance.ts";
import type { Health } from "../telemetry/health.ts";
import { answerControl, controlPaths } from "./control_api.ts";
import type { DeskControl } from "./desk_control.ts";

/** What the server shows. It keeps nothing itself: each answer is read when it is asked for. */
export interface TelemetrySources {
  /** The metrics, and the type of their text. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Whether the process does its work. */
  live(): Health;
  /** Whether it can trade. */
  ready(): Health;
  compliance(): ComplianceReport;
  /** The control of trading; undefined while the run has no desk. */
  readonly control?: () => DeskControl | undefined;
}

/** What answers a path. */
type Page = (request: Request) => Response | Promise<Response>;

/**
 * Answers `GET` and `HEAD` of `/metrics`, `/healthz`, `/readyz` and `/compliance`, and {@link answerControl} where there
 * is trading to control.
 */
export class TelemetryServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(server: Deno.HttpServer<Deno.NetAddr>) {
    this.#server = server;
  }

  /**
   * Listens from now on.
   *
   * @throws {ConfigError} when the address is taken or not of this machine.
   */
  static start(address: ListenAddress, sources: TelemetrySources, logger: Logger): TelemetryServer {
    const pages = pagesOf(sources);
    try {
      return new TelemetryServer(Deno.serve({
        ...address,
        onListen: () => {},
        onError: (error) => {
          logger.error("Cannot show figures", { error: errorMessage(error) });
          return plain("The figures cannot be read\n", 500);
        },
      }, (request, { remoteAddr }) => {
        const control = sources.control?.();
        return control !== undefined && controlPaths.includes(new URL(request.url).pathname)
          ? answerControl(request, remoteAddr.hostname, control)
          : answer(pages, request);
      }));
    } catch (error) {
      const shown = `${address.hostname}:${address.port}`;
      throw new ConfigError(
        `Cannot listen on ${shown} for telemetry: ${errorMessage(error)}; choose another address`,
      );
    }
  }

  /** Where it listens, such as `http://127.0.0.1:9464`. */
  get url(): string {
    const { hostname, port } = this.#server.addr;
    return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }

  /** Takes no more requests, and ends when those that came have been answered. */
  stop(): Promise<void> {
    return this.#server.shutdown();
  }
}

function pagesOf(sources: TelemetrySources): ReadonlyMap<string, Page> {
  return new Map<string, Page>([
    ["/metrics", async () => {
      const headers = { "content-type": sources.metrics.contentType };
      return new Response(await sources.metrics.text(), { headers });
    }],
    ["/healthz", () => healthPage(sources.live())],
    ["/readyz", () => healthPage(sources.ready())],
    ["/compliance", (request) => {
      const report = sources.compliance();
      return wantsJson(request) ? json(report, 200) : plain(complianceText(report), 200);
    }],
  ]);
}

async function answer(pages: ReadonlyMap<string, Page>, request: Request): Promise<Response> {
  const page = pages.get(new URL(request.url).pathname);
  if (page === undefined) {
    return plain(`There is no such page; there are ${[...pages.keys()].join(", ")}\n`, 404);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain("Only GET and HEAD\n", 405, { allow: "GET, HEAD" });
  }
  const response = await page(request);
  return request.method === "GET" ? response : new Response(null, response);
}

function healthPage({ ok, reasons }: Health): Response {
  return ok ? json({ status: "ok" }, 200) : json({ status: "unavailable", reasons }, 503);
}

/** People see a table in a terminal or browser; programs ask for JSON. */
function wantsJson({ url, headers }: Request): boolean {
  return new URL(url).searchParams.get("format") === "json" ||
    (headers.get("accept") ?? "").includes("application/json");
}

function json(value: unknown, status: number): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}

function plain(text: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}
