/**
 * One process at a time in a folder.
 * @module
 */
import { SystemClock } from "../../core/clock.ts";
import { JournalError } from "./journal_error.ts";

/** Name of the file that is locked. It stays: the lock is the operating system's, not the file. */
export const lockFile = "lock";

/** Whoever cannot have the lock within this time, in milliseconds, does not get it: it is free or somebody has it. */
const patienceMs = 300;

/** The oldest version of Deno that runs cexarb has a lock that waits, and none that is only tried. */
interface TryingFile {
  tryLock?(exclusive: boolean): Promise<boolean>;
}

/**
 * Locks a folder. The operating system ends the lock with the process that holds it, however that ends, so a lock is
 * never left behind and a process that lives is never taken for dead.
 *
 * @returns The file whose closing ends the lock.
 * @throws {JournalError} when another process has it.
 */
export async function lockDirectory(directory: string): Promise<Deno.FsFile> {
  const file = Deno.openSync(`${directory}/${lockFile}`, { create: true, write: true });
  const canTry = (file as TryingFile).tryLock !== undefined;
  if (await (canTry ? lockNow(file) : lockInTime(file))) return file;
  throw new JournalError(
    `The journal in ${directory} is in use by another process: two of them would send orders without knowing of ` +
      "each other. Stop the other one, or give this one a folder and an account of its own",
  );
}

async function lockNow(file: Deno.FsFile): Promise<boolean> {
  const isLocked = await file.tryLock(true);
  if (!isLocked) file.close();
  return isLocked;
}

/** Waits a little for the lock of a file, and closes the file if it does not come: one that comes later is given back. */
export async function lockInTime(file: Deno.FsFile): Promise<boolean> {
  // What the operating system does takes real time, whatever clock the program runs on.
  const { promise: outOfPatience, resolve } = Promise.withResolvers<false>();
  const timer = new SystemClock().setTimer(patienceMs, () => resolve(false));
  const locked = file.lock(true).then(() => true, () => false);
  const isLocked = await Promise.race([locked, outOfPatience]);
  timer.cancel();
  if (!isLocked) void locked.then(() => file.close());
  return isLocked;
}
