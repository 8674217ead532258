import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RoutePauses } from "../../../src/engine/route_pauses.ts";
import { testRoute } from "../../support/routes.ts";

const route = testRoute("MEXC_SPOT", "GATEIO_SPOT");

/** When a route that is asked about at every millisecond and refused each time was asked, milliseconds. */
function asked(pauses: RoutePauses, from: number, to: number): number[] {
  const times: number[] = [];
  for (let now = from; now < to; now++) {
    if (pauses.isPaused(route, now)) continue;
    times.push(now);
    pauses.refused(route, now);
  }
  return times;
}

Deno.test("What is refused again and again is asked about less and less often, and at least once a second", () => {
  const times = asked(new RoutePauses(1), 0, 5_000);
  assertEquals(times.slice(0, 6), [0, 50, 150, 350, 750, 1_550]);
  assertEquals(times.slice(6), [2_550, 3_550, 4_550]);
});

Deno.test("A route that was traded is asked about again at once, and waits shortly when it is refused anew", () => {
  const pauses = new RoutePauses(1);
  asked(pauses, 0, 1_000);
  pauses.taken(route);
  assertEquals(asked(pauses, 1_550, 1_700), [1_550, 1_600]);
});

Deno.test("Refusals of long ago are forgotten", () => {
  const pauses = new RoutePauses(1);
  asked(pauses, 0, 4_000);
  assertEquals(asked(pauses, 60_000, 60_100), [60_000, 60_050]);
});

Deno.test("No refusal makes a route wait for more than a second, whenever it comes", () => {
  fc.assert(fc.property(fc.array(fc.nat(3_000), { maxLength: 50 }), (gaps) => {
    const pauses = new RoutePauses(1);
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      pauses.refused(route, now);
      assert(pauses.isPaused(route, now) && !pauses.isPaused(route, now + 1_000));
    }
  }));
});
