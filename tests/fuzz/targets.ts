/**
 * Everything that is fuzzed.
 * @module
 */
import type { FuzzTarget } from "./fuzz_target.ts";
import { gateioPublicTargets } from "./gateio_public_targets.ts";
import { mexcTargets } from "./mexc_targets.ts";
import { netTargets } from "./net_targets.ts";
import { numberTargets } from "./number_targets.ts";
import { privateStreamTargets } from "./private_stream_targets.ts";
import { privateTargets } from "./private_targets.ts";
import { publicRequestTargets } from "./public_request_targets.ts";
import { textTargets } from "./text_targets.ts";

/** All targets in the order in which they run. */
export const targets: readonly FuzzTarget[] = [
  ...numberTargets,
  ...mexcTargets,
  ...gateioPublicTargets,
  ...publicRequestTargets,
  ...privateTargets,
  ...privateStreamTargets,
  ...netTargets,
  ...textTargets,
];
