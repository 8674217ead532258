/**
 * The real program in a process of its own, with the permissions of the demo task.
 * @module
 */

const root = new URL("../../", import.meta.url);
const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root))) as {
  tasks: Record<string, string>;
};

/** Permission flags of a task of `deno.json`, as the program gets them: quotes are for the shell of the tasks. */
export function flagsOf(task: string): string[] {
  const words = tasks[task]!.replaceAll('"', "").split(" ");
  return words.filter((word) => word.startsWith("--allow-") || word === "--no-prompt");
}

/** Whether this process may start another one; tests of the command line are skipped where it may not. */
export const canStartPrograms: boolean =
  (await Deno.permissions.query({ name: "run", command: Deno.execPath() })).state === "granted";

/** Registers a test that starts the program, or says that it is skipped because that is not allowed. */
export function programTest(name: string, test: () => Promise<void>): void {
  const skipped = canStartPrograms ? "" : " (skipped: needs --allow-run for Deno itself)";
  Deno.test({ name: name + skipped, ignore: !canStartPrograms, fn: test });
}

/** What a finished program has left. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `cexarb` with these arguments, and with these environment variables beside those of the tests. */
export function start(
  args: readonly string[],
  flags: readonly string[] = flagsOf("demo"),
  variables: Readonly<Record<string, string>> = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, "main.ts", ...args],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...variables },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs `cexarb` with these arguments to its end. */
export async function run(
  args: readonly string[],
  flags?: readonly string[],
  variables?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { code, stdout, stderr } = await start(args, flags, variables).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/**
 * Sends Ctrl-C some time after a word has come on standard error so many times, and waits for the end.
 *
 * @param waitMs Milliseconds between the word and the signal.
 */
export async function interruptAfter(
  child: Deno.ChildProcess,
  word: string,
  times: number,
  waitMs: number,
): Promise<Outcome> {
  const stdout = new Response(child.stdout).text();
  let stderr = "", signalled = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (signalled || stderr.split(word).length <= times) continue;
    signalled = true;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    child.kill("SIGINT");
  }
  return { code: (await child.status).code, stdout: await stdout, stderr };
}

/** Lines of a text, without the empty one after the last line break. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}
