/**
 * Turns of the event loop.
 * @module
 */
import { setImmediate } from "node:timers";

/** Lets every promise that can run do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
