import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { resolveVenues, withSteps } from "../../../src/commands/tape_venues.ts";
import { ConfigError } from "../../../src/core/errors.ts";
import { TapeSteps } from "../../../src/engine/tape_steps.ts";

const names = ["mexc_spot", "gate_futures", "binance_spot"];
const none = new Map<string, string>();

function seen(price: number, size: number): TapeSteps {
  const steps = new TapeSteps();
  steps.onQuote(price, size, price, size);
  return steps;
}

const steps = [seen(0.00003536, 62559185.39), seen(0.00003536, 91), seen(61837.63, 3.78826)];

Deno.test("Venues have the steps of their numbers where no option names others, and unknown ones are left out", () => {
  const rules = resolveVenues(names, {
    venue: none,
    contractSize: new Map([["gate_futures", "10000"]]),
  });
  const venues = withSteps(names, rules, steps, {
    tick: new Map([["gate_futures", "0.0000001"]]),
    lot: new Map([["mexc_spot", "10"]]),
  });
  const texts = venues.map((venue) =>
    venue && [venue.exchange, ...[venue.contractSize, venue.tick, venue.lot].map((step) => step.format(1))]
  );
  assertEquals(texts, [
    ["MEXC_SPOT", "1", "0.00000001", "10"],
    ["GATEIO_FUTURES", "10000", "0.0000001", "1"],
    undefined,
  ]);
  assertEquals(rules.notes.length, 1);
  assertStringIncludes(rules.notes[0]!, "--venue binance_spot=KEY");
});

Deno.test("A venue takes the rules of the exchange that it is given, and no exchange is given twice", () => {
  const venue = new Map([["binance_spot", "GATEIO_SPOT"]]);
  const { venues, notes } = resolveVenues(names, { venue, contractSize: none });
  assertEquals(venues.map((each) => each?.exchange), ["MEXC_SPOT", "GATEIO_FUTURES", "GATEIO_SPOT"]);
  assertStringIncludes(notes[0]!, "--contract-size gate_futures=NUMBER");
  const twice = new Map([["binance_spot", "MEXC_SPOT"]]);
  assertThrows(() => resolveVenues(names, { venue: twice, contractSize: none }), ConfigError, "MEXC_SPOT");
});

Deno.test("An option for a venue that is not on the tape, or with a step that is none, is an error", () => {
  const rules = resolveVenues(names, { venue: none, contractSize: none });
  const wrong = new Map([["kraken", "1"]]), zero = new Map([["mexc_spot", "0"]]);
  const complaints = [
    (): unknown => resolveVenues(names, { venue: wrong, contractSize: none }),
    (): unknown => resolveVenues(names, { venue: none, contractSize: wrong }),
    (): unknown => withSteps(names, rules, steps, { tick: wrong, lot: none }),
    (): unknown => withSteps(names, rules, steps, { tick: none, lot: wrong }),
  ];
  for (const complaint of complaints) {
    assertThrows(complaint, ConfigError, 'The tape has no venue "kraken"');
  }
  assertThrows(() => withSteps(names, rules, steps, { tick: zero, lot: none }), ConfigError, '"0"');
});
