/**
 * Prometheus and promtool for tests: the programs of the Debian package, where it is installed.
 * @module
 */
import { TextLineStream } from "@std/streams";

const script = new URL("./prometheus_server", import.meta.url).pathname;

/** Why there is no Prometheus for tests on this machine; undefined when there is one. */
export const noPrometheus: string | undefined = await reasonAgainst();

async function reasonAgainst(): Promise<string | undefined> {
  const permission = await Deno.permissions.query({ name: "run", command: script });
  if (permission.state !== "granted") return "needs --allow-run for tests/support/prometheus_server";
  const { code, stdout } = await new Deno.Command(script, { args: ["check"], stderr: "null" }).output();
  return code === 0 ? undefined : new TextDecoder().decode(stdout).trim();
}

/** Registers a test that needs Prometheus, or says why it is skipped. */
export function prometheusTest(name: string, test: () => Promise<void>): void {
  const skipped = noPrometheus === undefined ? "" : ` (skipped: ${noPrometheus})`;
  Deno.test({ name: name + skipped, ignore: noPrometheus !== undefined, fn: test });
}

/** What promtool says, and whether it has no objections. */
export async function promtool(
  command: "rules" | "test" | "metrics",
  input: string,
): Promise<{ code: number; output: string }> {
  const args = command === "metrics" ? [command] : [command, input];
  const child = new Deno.Command(script, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  if (command === "metrics") await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** A sample as Prometheus answers a query. */
export interface QueriedSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus that scrapes one port: `await using prometheus = await PrometheusServer.start(…)`. */
export class PrometheusServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, readonly url: string) {
    this.#child = child;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @throws {Error} with the last line of its log.
   */
  static async start(targetPort: number, rules: string): Promise<PrometheusServer> {
    const port = freePort();
    const child = new Deno.Command(script, {
      args: ["serve", String(port), String(targetPort), rules],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream() as TransformStream<string, string>).getReader();
    const { value = "error its script ended" } = await lines.read();
    await lines.cancel();
    if (value !== "ok") throw new Error(`Prometheus: ${value}`);
    return new PrometheusServer(child, `http://127.0.0.1:${port}`);
  }

  /** Asks its API for the values of an expression now. */
  async query(expression: string): Promise<QueriedSample[]> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, data, error } = await response.json();
    if (status !== "success") throw new Error(`Prometheus: ${error}`);
    return data.result.map((
      { metric, value }: { metric: Record<string, string>; value: [number, string] },
    ) => ({
      metric,
      value: Number(value[1]),
    }));
  }

  /** Asks its API. */
  async get(path: string): Promise<unknown> {
    return (await (await fetch(this.url + path)).json()).data;
  }

  /** Ends it and removes its files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.status;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
