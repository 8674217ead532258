/**
 * Files that are either whole or not there, also after a loss of power.
 * @module
 */

/** Ending of a file that is being written. */
export const unfinishedSuffix = ".tmp";

/** Writes a file that survives any end of the process or the machine. */
export function writeDurably(directory: string, name: string, bytes: Uint8Array): void {
  writeWhole(directory, name, bytes);
  syncDirectory(directory);
}

/** Writes a file beside its place, forces it to the disk, and moves it there; its name may still be lost. */
export function writeWhole(directory: string, name: string, bytes: Uint8Array): void {
  const unfinished = `${directory}/${name}${unfinishedSuffix}`;
  try {
    using file = Deno.openSync(unfinished, { write: true, create: true, truncate: true });
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
    file.syncDataSync();
  } catch (error) {
    removeIfThere(unfinished);
    throw error;
  }
  Deno.renameSync(unfinished, `${directory}/${name}`);
}

/** Forces the names in a folder to the disk. */
export function syncDirectory(directory: string): void {
  using folder = Deno.openSync(directory, { read: true });
  folder.syncSync();
}

/** Removes a file or a folder with all that is in it; none is as good as one removed. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
