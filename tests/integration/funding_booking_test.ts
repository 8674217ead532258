/** Funding over a settlement of the simulated venue, held to the venue's own ledger. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FundingBooking } from "../../src/execution/funding_booking.ts";
import type { JournalEvent } from "../../src/execution/journal_record.ts";
import { Ledger } from "../../src/execution/ledger.ts";
import { TradingSite } from "../support/trading_site.ts";

const exchange = "GATEIO_FUTURES";

for (const side of ["buy", "sell"] as const) {
  Deno.test(`A ${side === "buy" ? "long" : "short"} position's funding is booked as the venue booked it`, async () => {
    await using site = await TradingSite.open({ exchanges: [exchange], seed: 4 });
    await site.start();
    const venue = site.venues.get(exchange)!;
    const instrument = site.instrument(exchange);
    const ledger = new Ledger();
    venue.bind("fill", (fill) => ledger.apply(instrument, fill));
    const events: JournalEvent[] = [];
    const intervalMs = 8 * 3_600_000;
    const booking = new FundingBooking({
      clock: site.clock,
      logger: site.logger,
      venue,
      instruments: [instrument],
      ledger,
      record: (event) => {
        events.push(event);
        return true;
      },
      nextSettlement: () => (Math.floor(site.clock.epochMs() / intervalMs) + 1) * intervalMs,
      since: site.clock.epochMs(),
    });
    booking.start();
    const outcome = await site.wait(venue.place(site.order(exchange, { side, lots: 200 })));
    assertEquals(outcome.kind, "accepted");
    await site.until(() => ledger.position(instrument).quantity !== 0, "the fill");
    await site.advance(90_000);
    const paid = [...site.simulator.ledger.entries()].filter(({ cause }) => cause === "funding");
    assertEquals(paid.length, 1);
    const amount = Number(paid[0]!.available + paid[0]!.locked) / 1e18;
    assertEquals(events.map((event) => event.kind), ["funding"]);
    assert(amount !== 0);
    const truth = site.simulator.truth.balances({ venue: exchange, uid: site.uid(exchange) })[0]!;
    const change = Number(truth.available) + Number(truth.locked) - 100_000;
    assertAlmostEquals(ledger.flows()[0]!.amount, change, 1e-6);
    assertAlmostEquals((events[0] as { amount: number }).amount, amount, 1e-9);
    booking.stop();
  });
}
