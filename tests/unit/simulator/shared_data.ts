/**
 * Recorded market data beside the checkout; it is no part of the repository.
 * @module
 */

/** Address of a file in the data folder. */
export function sharedData(path: string): URL {
  return new URL(`../../../../shared/data/${path}`, import.meta.url);
}

/** Whether the file is missing, in which case the reason for skipping is printed. */
export function missing(path: string): boolean {
  try {
    Deno.statSync(sharedData(path));
    return false;
  } catch {
    // deno-lint-ignore no-console -- a skipped test says why
    console.log(`skipped: ../shared/data/${path} is not there`);
    return true;
  }
}
