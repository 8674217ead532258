/**
 * Loaded before every test file of `deno task fuzz`: property tests try the cases of the seed in `FUZZ_SEED`.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(Deno.env.get("FUZZ_SEED")) });
