import { fuzz } from "./fuzz_target.ts";
import { targets } from "./targets.ts";

/** Always the same inputs. `deno task fuzz` takes fresh ones, and a million of each. */
const seed = 20_260;

for (const target of targets) {
  const inputs = target.testInputs ?? 20_000;
  Deno.test(`Fuzz: ${target.name} takes ${inputs} mutated inputs without a foreign error, a hang or a wrong value`, async () => {
    await fuzz(target, { seed, inputs });
  });
}
