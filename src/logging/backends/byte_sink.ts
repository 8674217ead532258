/**
 * Where bytes go.
 * @module
 */

/** Takes some of the bytes and says how many, as the system's files do. */
export interface ByteSink {
  writeSync(bytes: Uint8Array<ArrayBuffer>): number;
}

/** A file that is written to at its end. */
export interface LogFile extends ByteSink {
  /** Its size in bytes. */
  statSync(): { readonly size: number; readonly mtime: Date | null };
  /** Makes it this long, bytes. */
  truncateSync(size: number): void;
  /** Returns when everything written is on the disk. */
  syncDataSync(): void;
  close(): void;
}

/** Opens a file to append to, making it and its folder if need be. */
export type OpenLogFile = (path: string) => LogFile;

/** Opens a file of this machine. */
export function openLogFile(path: string): LogFile {
  const slash = path.lastIndexOf("/");
  if (slash > 0) Deno.mkdirSync(path.slice(0, slash), { recursive: true });
  return Deno.openSync(path, { append: true, create: true });
}

/** Writes all bytes, in as many calls as it takes, and tells after each how many it took. */
export function writeWhole(
  sink: ByteSink,
  bytes: Uint8Array<ArrayBuffer>,
  onWritten?: (bytes: number) => void,
): void {
  for (let at = 0; at < bytes.length;) {
    const written = sink.writeSync(at === 0 ? bytes : bytes.subarray(at));
    onWritten?.(written);
    at += written;
  }
}
