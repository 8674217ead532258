/**
 * The trading desk as a process: accounts over the real protocols, journal, recovery, trading.
 * @module
 */
import { Holdings } from "../../../src/arbitrage/holdings.ts";
import { buildRoutes } from "../../../src/arbitrage/route.ts";
import { delay } from "../../../src/core/clock.ts";
import { type ExchangeKey, exchanges } from "../../../src/core/exchange.ts";
import type { Instrument } from "../../../src/core/instrument.ts";
import { Secret } from "../../../src/core/secret.ts";
import { VenueConnections } from "../../../src/engine/venue_connections.ts";
import type { VenueTime } from "../../../src/engine/venue_time.ts";
import { MemoryJournal } from "../../../src/execution/journal/memory_journal.ts";
import { Ledger } from "../../../src/execution/ledger.ts";
import { RiskGate } from "../../../src/execution/risk/risk_gate.ts";
import { TradingDesk } from "../../../src/execution/trading_desk.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import { AccountVenue } from "./account_venue.ts";
import type { EngineUnderTest, EngineWorld } from "./engine_under_test.ts";

/** Time for the answer on an order, milliseconds. */
const orderTimeoutMs = 1_500;
const settleTimeoutMs = 800;
const sweepMs = 500;
const pollMs = 20;

/** Starts a desk on the journal that it finds. */
export async function startDesk(world: EngineWorld): Promise<EngineUnderTest> {
  const { life: { clock }, instruments, logger, limits } = world;
  const opened = MemoryJournal.open({ clock, id: "episode", bytes: world.bytes });
  const journal = world.journal(opened.journal);
  const { venues, times } = await openAccounts(world);
  const ledger = new Ledger();
  const desk = new TradingDesk({
    clock,
    logger,
    journal,
    ledger,
    holdings: new Holdings(buildRoutes(instruments)),
    venues,
    instruments,
    risk: new RiskGate({ clock, limits: () => limits }),
    book: (instrument) => world.book(instrument),
    venueTimeMs: (exchange) => times.get(exchange)!.estimate.epochMs(),
    maxBookAgeMs: () => limits.maxBookAgeMs,
    hedge: () => ({ bandsBps: [10, 30, 100], waitMs: 300, maxAttempts: 8 }),
    settleTimeoutMs,
    listener,
  });
  desk.start();
  while (![...venues.keys()].every((exchange) => desk.accounts.isOpen(exchange))) await delay(clock, pollMs);
  const sweep = (): void => {
    desk.sweep();
    clock.setTimer(sweepMs, sweep);
  };
  sweep();
  return new DeskEngine(desk, ledger);
}

const listener = {
  onSent: (): void => {},
  onOutcome: (): void => {},
  onOrder: (): void => {},
  onFill: (): void => {},
  onExecution: (): void => {},
  onStop: (): void => {},
  onForeign: (): void => {},
  onConnection: (): void => {},
};

interface Accounts {
  readonly venues: ReadonlyMap<ExchangeKey, TradingVenue>;
  readonly times: ReadonlyMap<ExchangeKey, VenueTime>;
}

async function openAccounts(world: EngineWorld): Promise<Accounts> {
  const { life: { clock, network }, instruments, endpoints, random, logger } = world;
  const connections = new VenueConnections({ clock, random, logger, queries: network, orders: network });
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
  return {
    venues: new Map(accesses.map((access) => {
      return [access.exchange, world.venue(new AccountVenue(access, orderTimeoutMs))];
    })),
    times: new Map(accesses.map((access) => [access.exchange, access.time])),
  };
}

class DeskEngine implements EngineUnderTest {
  constructor(private readonly desk: TradingDesk, private readonly ledger: Ledger) {}

  get isQuiet(): boolean {
    return this.desk.busy.size === 0 && this.desk.tracker.open.length === 0;
  }

  get unrest(): string {
    const orders = this.desk.tracker.open.map(({ request, state }) => `${request.clientOrderId} ${state}`);
    return `busy with ${[...this.desk.busy].join(", ")}; orders ${orders.join(", ")}`;
  }

  onBook(): void {}

  submit(intent: Parameters<EngineUnderTest["submit"]>[0]): string {
    const answer = this.desk.submit(intent);
    return answer.kind === "sent" ? "taken" : `${answer.limit}: ${answer.reason}`;
  }

  exposure(base: string): number {
    return this.desk.flow.exposure(base, "USDT");
  }

  position(instrument: Instrument): number {
    return this.ledger.position(instrument).quantity;
  }

  flows(): ReturnType<EngineUnderTest["flows"]> {
    return this.ledger.flows();
  }

  profit(price: (instrument: Instrument) => number): number {
    return this.ledger.realisedPnl + this.ledger.unrealisedPnl(price);
  }
}
