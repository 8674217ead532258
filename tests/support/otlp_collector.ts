/**
 * A collector of traces: takes them as the OpenTelemetry protocol sends them over HTTP.
 * @module
 */

/** As much of a span in OTLP's JSON form as is looked at. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { key: string; value: Record<string, unknown> }[];
}

/** Listens on 127.0.0.1: `await using collector = new OtlpCollector()`. */
export class OtlpCollector implements AsyncDisposable {
  /** Spans of the program itself; Deno makes others for its own requests. */
  readonly spans: OtlpSpan[] = [];
  /** Deliveries of any kind: traces, metrics and logs. */
  deliveries = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: (): void => {} };
    this.#server = Deno.serve(options, async (request) => {
      this.deliveries += 1;
      const body = await request.json();
      for (const { scopeSpans } of body.resourceSpans ?? []) {
        for (const { scope, spans } of scopeSpans) if (scope?.name === "cexarb") this.spans.push(...spans);
      }
      return Response.json({});
    });
  }

  /** What makes Deno send its traces here. */
  get variables(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
