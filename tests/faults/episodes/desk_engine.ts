/**
 * Trading with money as a process: accounts over the real protocols, journal, recovery, trading, reconciliation.
 * @module
 */
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import { type HftConfig, parseConfig } from "../../../src/config/hft_config.ts";
import { exchanges } from "../../../src/core/exchange.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { LiveAccounts } from "../../../src/engine/live_accounts.ts";
import { LiveTrading } from "../../../src/engine/live_trading.ts";
import { LiveVenue } from "../../../src/engine/live_venue.ts";
import { VenueConnections } from "../../../src/engine/venue_connections.ts";
import { MemoryJournal } from "../../../src/execution/journal/memory_journal.ts";
import type { DeskListener } from "../../../src/execution/trading_desk.ts";
import type { EngineUnderTest, EngineWorld } from "./engine_under_test.ts";

/** Time for the answer on an order, milliseconds. */
const orderTimeoutMs = 1_500;
const sweepMs = 500;

const { execution, trading } = parseConfig(
  `exchanges: { MEXC_SPOT: , GATEIO_SPOT: , GATEIO_FUTURES: }
pairs: [DOGE/USDT]
`,
  "the episodes",
);

/** Short times, so that much happens in little. */
function configOf({ limits }: EngineWorld): Pick<HftConfig, "trading" | "execution" | "storage"> {
  return {
    trading: { ...trading, ...limits },
    execution: {
      ...execution,
      orderTimeoutMs,
      settleTimeoutMs: 800,
      hedge: { bandsBps: [10, 30, 100], waitMs: 300, maxAttempts: 8 },
      reconcileMs: 8_000,
      deadManSeconds: 30,
    },
    storage: {} as HftConfig["storage"],
  };
}

/** Starts trading on the journal that it finds. */
export async function startDesk(world: EngineWorld): Promise<EngineUnderTest> {
  const { life: { clock }, instruments, logger, bytes } = world;
  const { journal, state, torn } = MemoryJournal.open({ clock, id: "episode", bytes });
  const opened = { journal: world.journal(journal), state, ...(torn === undefined ? {} : { torn }) };
  const connections = connect(world);
  const venues = new Map(
    (await openAccounts(world, connections)).map((
      venue,
    ) => [venue.exchange, world.venue(venue) as LiveVenue]),
  );
  const accounts = { instruments, venues, opened, close: () => connections.close() };
  const live: LiveTrading = new LiveTrading({
    config: configOf(world),
    clock,
    logger,
    instruments,
    universe: buildRoutes(instruments),
    // A journal in memory and accounts that were opened here take the places of those of a run.
    accounts: accounts as unknown as LiveAccounts,
    book: (instrument) => world.book(instrument),
    mark: () => NaN,
    listener: { ...nobody, onConnection: (exchange, state) => live.onConnection(exchange, state) },
  });
  for (const { id, market } of instruments.all) {
    if (market !== "perpetual") continue;
    const time = clock.epochMs(), interval = 8 * 3_600_000;
    const nextSettlement = Math.ceil(time / interval) * interval;
    live.onFunding({ instrument: id, rate: 0.0001, nextSettlement, interval, time });
  }
  await live.start();
  const sweep = (): void => {
    live.parts.desk.sweep();
    clock.setTimer(sweepMs, sweep);
  };
  sweep();
  return new DeskEngine(live);
}

const nobody: DeskListener = {
  onSent: (): void => {},
  onOutcome: (): void => {},
  onOrder: (): void => {},
  onFill: (): void => {},
  onExecution: (): void => {},
  onStop: (): void => {},
  onForeign: (): void => {},
  onConnection: (): void => {},
};

function connect({ life: { clock, network }, random, logger }: EngineWorld): VenueConnections {
  return new VenueConnections({ clock, random, logger, queries: network, orders: network });
}

async function openAccounts(
  { instruments, endpoints }: EngineWorld,
  connections: VenueConnections,
): Promise<LiveVenue[]> {
  const accesses = await Promise.all(exchanges.map(({ key: exchange, family }) =>
    connections.open({
      exchange,
      endpoints: endpoints[exchange],
      credentials: {
        apiKey: new Secret(family === "MEXC" ? "mx0episode" : "gateepisode"),
        secretKey: new Secret("0123456789abcdef0123456789abcdef"),
      },
      instruments: instruments.ofExchange(exchange),
      orderTimeoutMs,
    })
  ));
  return accesses.map((access) => new LiveVenue(access, orderTimeoutMs));
}

class DeskEngine implements EngineUnderTest {
  constructor(private readonly live: LiveTrading) {}

  get isQuiet(): boolean {
    const { busy, tracker } = this.live.parts.desk;
    return busy.size === 0 && tracker.open.length === 0;
  }

  get unrest(): string {
    const { busy, tracker, stops } = this.live.parts.desk;
    const orders = tracker.open.map(({ request, state }) => `${request.clientOrderId} ${state}`);
    return `busy with ${[...busy].join(", ")}; orders ${orders.join(", ")}; ${JSON.stringify([...stops])}`;
  }

  get stops(): readonly string[] {
    return [...this.live.parts.desk.stops].map(([scope, why]) => `${scope}: ${why}`);
  }

  kill(): void {
    this.live.parts.kill.engage("an episode", "api");
  }

  finish(timeoutMs: number): Promise<boolean> {
    return this.live.finish(timeoutMs);
  }

  onBook(): void {}

  submit(intent: Parameters<EngineUnderTest["submit"]>[0]): string {
    const answer = this.live.parts.desk.submit(intent);
    return answer.kind === "sent" ? "taken" : `${answer.limit}: ${answer.reason}`;
  }

  exposure(base: string): number {
    return this.live.parts.desk.flow.exposure(base, "USDT");
  }

  position(instrument: Instrument): number {
    return this.live.ledger.position(instrument).quantity;
  }

  flows(): ReturnType<EngineUnderTest["flows"]> {
    return this.live.ledger.flows();
  }

  unrealised(price: (instrument: Instrument) => number): number {
    return this.live.ledger.unrealisedPnl((instrument) =>
      instrument.market === "spot" ? NaN : price(instrument)
    );
  }

  profit(price: (instrument: Instrument) => number): number {
    return this.live.ledger.realisedPnl + this.live.ledger.unrealisedPnl(price);
  }
}
