/**
 * Whether a recording is complete.
 * @module
 */
import type { Capture } from "./capture_file.ts";

/**
 * Number of places where a change of a book is missing in the recording: between two frames of a pair, or between
 * its snapshot and the frames after it.
 */
export function countHoles(capture: Capture): number {
  const ids = new Map<string, number>();
  let holes = 0;
  for (const { subject, update } of capture.frames) {
    if (update === undefined) continue;
    const last = ids.get(subject);
    if (last !== undefined && update.U > last + 1) holes += 1;
    ids.set(subject, update.u);
  }
  for (const { pair, id } of capture.snapshots) {
    const next = capture.frames.find(({ subject, update }) => subject === pair && (update?.u ?? 0) > id);
    if (next?.update !== undefined && next.update.U > id + 1) holes += 1;
  }
  return holes;
}
