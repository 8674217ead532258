/**
 * A demo in a process of its own that shows its figures over HTTP.
 * @module
 */
import { start } from "./program.ts";

/** A running demo: `await using demo = await WatchedDemo.start()`. */
export class WatchedDemo implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #log: Promise<void>;
  readonly #stdout: Promise<string>;
  #stderr = "";

  private constructor(child: Deno.ChildProcess, onLog: () => void) {
    this.#child = child;
    this.#stdout = new Response(child.stdout).text();
    this.#log = this.#readLog(onLog);
  }

  /** Where it shows its figures. */
  url = "";

  /**
   * Starts it, and waits until it says where it listens.
   *
   * @param args Arguments beside `demo --metrics 0 --json`.
   * @throws {Error} with its log when it ends before.
   */
  static async start(
    args: readonly string[] = [],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<WatchedDemo> {
    const child = start(
      ["demo", "--for", "5m", "--json", "--metrics", "0", ...args],
      undefined,
      variables,
    );
    const listening = Promise.withResolvers<void>();
    const demo = new WatchedDemo(child, () => {
      const address = /Telemetry.* address=(\S+)/.exec(demo.#stderr)?.[1];
      if (address === undefined) return;
      demo.url = address;
      listening.resolve();
    });
    await Promise.race([listening.promise, demo.#log]);
    if (demo.url === "") throw new Error(`The demo showed no address:\n${demo.#stderr}`);
    return demo;
  }

  /** Port where it shows its figures. */
  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Asks for a page. */
  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(this.url + path);
    return { status: response.status, text: await response.text() };
  }

  /** Waits until it says that it is ready. */
  async ready(): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const { status, text } = await this.get("/readyz");
      if (status === 200) return;
      if (Date.now() > end) throw new Error(`Not ready after a minute: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits until its metrics have a line with this text. */
  async shows(text: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await this.get("/metrics")).text.includes(text)) {
      if (Date.now() > end) throw new Error(`No "${text}" within a minute`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Sends Ctrl-C and waits for the end; what it has left on standard output, and its log. */
  async stop(): Promise<{ code: number; stdout: string; stderr: string }> {
    this.#child.kill("SIGINT");
    const { code } = await this.#child.status;
    await this.#log;
    return { code, stdout: await this.#stdout, stderr: this.#stderr };
  }

  /** Ends it when it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#log;
    await this.#stdout;
  }

  async #readLog(onLog: () => void): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#stderr += text;
      onLog();
    }
  }
}
