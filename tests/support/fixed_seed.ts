/**
 * Loaded before every test file of `deno task test`: property tests try the same cases on every run. Fresh ones are the
 * matter of `deno task fuzz`.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ seed: 20_260 });
