/**
 * Recorded market data. It lives beside the project's folder, not in it, and tests do without it when it is not there.
 * @module
 */

const folder = new URL("../../../shared/data/", import.meta.url);

/** Address of a recorded file, such as `frames/gate_frames_2026.jsonl`. */
export function recordedFile(path: string): URL {
  return new URL(path, folder);
}

/** Lines of a recorded JSONL file as values. */
export function recordedLines(path: string): unknown[] {
  const lines = Deno.readTextFileSync(recordedFile(path)).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** A test that needs a recorded file; without it the reason is told and the test is skipped. */
export function recordedTest(name: string, path: string, run: () => void | Promise<void>): void {
  Deno.test({ name, ignore: missing(path), fn: run });
}

/** Whether a recorded file is not there, in which case that is told: tests that need it are skipped. */
export function missing(path: string): boolean {
  try {
    if (Deno.statSync(recordedFile(path)).isFile) return false;
  } catch {
    // Not there, or not to be read.
  }
  // deno-lint-ignore no-console -- a skipped test says why
  console.log(`Skipped, because ../shared/data/${path} is not there: a test that needs it`);
  return true;
}
