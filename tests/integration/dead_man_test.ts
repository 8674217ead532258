/** The dead-man switch against the countdown of the simulated venue. */
import { assert, assertEquals } from "@std/assert";
import type { ExchangeKey } from "../../src/core/exchange.ts";
import type { Network } from "../../src/core/network.ts";
import { DeadMan } from "../../src/execution/dead_man.ts";
import { TradingSite } from "../support/trading_site.ts";

/** A network that falls silent, as that of a program that has died. */
class Mortal implements Network {
  isDead = false;

  constructor(private readonly network: Network) {}

  connect: Network["connect"] = (url, handlers) => this.network.connect(url, handlers);

  fetch: Network["fetch"] = (request) => this.isDead ? new Promise(() => {}) : this.network.fetch(request);
}

async function withRestingOrder(
  exchange: ExchangeKey,
  test: (site: TradingSite, deadMan: DeadMan, network: Mortal, states: () => string[]) => Promise<void>,
): Promise<void> {
  let network: Mortal | undefined;
  await using site = await TradingSite.open({
    exchanges: [exchange],
    network: (simulator) => network = new Mortal(simulator),
  });
  await site.start();
  const venue = site.venues.get(exchange)!;
  const priceTicks = site.ticks(exchange, 0.98);
  const outcome = await site.wait(venue.place(site.order(exchange, { timeInForce: "gtc", priceTicks })));
  assertEquals(outcome.kind, "accepted");
  const deadMan = new DeadMan({
    clock: site.clock,
    logger: site.logger,
    venue,
    timeoutSeconds: 30,
    isAcquiring: () => true,
    hasOpenOrders: () => false,
  });
  deadMan.start();
  await test(site, deadMan, network!, () => {
    return site.simulator.truth.orders({ venue: exchange }).map(({ state, finish }) => finish ?? state);
  });
  network!.isDead = false;
}

for (const exchange of ["GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
  Deno.test(`${exchange}: orders rest as long as the switch is kept, and are cancelled when the program dies`, () =>
    withRestingOrder(exchange, async (site, deadMan, network, states) => {
      await site.advance(125_000);
      assertEquals(states(), ["open"]);
      assert(deadMan.isWound);
      network.isDead = true;
      await site.advance(19_000);
      assertEquals(states(), ["open"]);
      await site.advance(12_000);
      assertEquals(states(), ["cancelled"]);
    }));

  Deno.test(`${exchange}: orders outlive a program that turned the switch off`, () =>
    withRestingOrder(exchange, async (site, deadMan, _network, states) => {
      await site.advance(5_000);
      await site.wait(deadMan.stop());
      await site.advance(60_000);
      assertEquals(states(), ["open"]);
    }));

  Deno.test(`${exchange}: a rate limit costs no order as long as it is shorter than the time`, () =>
    withRestingOrder(exchange, async (site, deadMan, _network, states) => {
      await site.advance(1_000);
      site.fault(exchange, { fault: "rate-limit", path: "countdown", count: 1 });
      await site.advance(60_000);
      assertEquals([states(), deadMan.failures, deadMan.isWound], [["open"], 0, true]);
      assert(site.logger.messages("warn").some((message) => message.includes("dead-man")));
    }));
}
