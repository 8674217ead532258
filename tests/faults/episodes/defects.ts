/**
 * Engines with a defect, to show that the episodes find it. Each is the sound one with something wrong at a seam.
 * @module
 */
import type { Clock } from "../../../src/core/clock.ts";
import type { Fill } from "../../../src/core/fill.ts";
import type { OrderAck, OrderReport, OrderRequest, Outcome } from "../../../src/core/order_request.ts";
import { quoteAmount } from "../../../src/core/units.ts";
import type { AccountChannels } from "../../../src/exchanges/private_session.ts";
import type { TradingVenue } from "../../../src/execution/trading_venue.ts";
import { parseClientOrderId } from "../../../src/execution/client_order_id.ts";
import type { EngineUnderTest, StartEngine, WrittenJournal } from "./engine_under_test.ts";

/** What is wrong. */
export interface Defect {
  readonly venue?: (venue: TradingVenue) => Partial<TradingVenue>;
  readonly journal?: (journal: WrittenJournal, clock: Clock) => WrittenJournal;
  /** What it says of itself. */
  readonly engine?: (engine: EngineUnderTest) => Partial<EngineUnderTest>;
  /** Whether a restart finds an empty journal. */
  readonly forgets?: boolean;
}

/** The engine with a defect. */
export function withDefect(start: StartEngine, defect: Defect): StartEngine {
  return async (world) => {
    const engine = await start({
      ...world,
      bytes: defect.forgets === true ? new Uint8Array() : world.bytes,
      venue: (venue) => altered(world.venue(venue), defect.venue),
      journal: (journal) =>
        defect.journal?.(world.journal(journal), world.life.clock) ?? world.journal(journal),
    });
    return altered(engine, defect.engine);
  };
}

/** Something of which some things are different; its getters stay alive. */
function altered<Thing extends object>(
  thing: Thing,
  change: ((thing: Thing) => Partial<Thing>) | undefined,
): Thing {
  if (change === undefined) return thing;
  const changes: Partial<Thing> = change(thing);
  return new Proxy(thing, {
    get: (target, name): unknown => {
      if (name in changes) return Reflect.get(changes, name);
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

type Place = TradingVenue["place"];

function placing(
  change: (venue: TradingVenue, request: OrderRequest, outcome: Outcome<OrderAck>) => ReturnType<Place>,
): Defect {
  return {
    venue: (venue) => ({
      place: async (request) => await change(venue, request, await venue.place(request)),
    }),
  };
}

/** Tells what a venue tells, changed. */
function hearing(
  change: { fill?: (fill: Fill) => readonly Fill[]; order?: (report: OrderReport) => OrderReport },
): Defect {
  const { fill = (fill): readonly Fill[] => [fill], order = (report): OrderReport => report } = change;
  return {
    venue: (venue) => ({
      bind: <Channel extends keyof AccountChannels>(
        channel: Channel,
        handler: AccountChannels[Channel],
      ): void => {
        if (channel === "fill") {
          const tell = handler as AccountChannels["fill"];
          venue.bind("fill", (told) => fill(told).forEach(tell));
        } else if (channel === "order") {
          const tell = handler as AccountChannels["order"];
          venue.bind("order", (told) => tell(order(told)));
        } else venue.bind(channel, handler);
      },
      fills: async (instrument, sinceMs) => (await venue.fills(instrument, sinceMs)).flatMap(fill),
      order: async (reference) => {
        const report = await venue.order(reference);
        return report === undefined ? undefined : order(report);
      },
    }),
  };
}

const refused: Outcome<OrderAck> = {
  kind: "refused",
  reason: "not-found",
  code: "",
  message: "taken for refused",
};

/** Defects by name. */
export const defects: Readonly<Record<string, Defect>> = {
  "resends an order whose outcome it does not know": placing((venue, request, outcome) =>
    outcome.kind === "unknown" ? venue.place(request) : Promise.resolve(outcome)
  ),
  "takes a failure of the network for a refusal": placing((_venue, _request, outcome) =>
    Promise.resolve(outcome.kind === "unknown" ? refused : outcome)
  ),
  "trusts the first answer that there is no such order": placing(async (venue, request, outcome) => {
    if (outcome.kind !== "unknown") return outcome;
    const { instrument, clientOrderId } = request;
    const report = await venue.order({ instrument, clientOrderId }).catch(() => undefined);
    return report === undefined ? refused : outcome;
  }),
  "writes an order down after it was sent": {
    journal: (journal, clock) => ({
      id: journal.id,
      get bytes(): Uint8Array {
        return journal.bytes;
      },
      get lastSequence(): number {
        return journal.lastSequence;
      },
      takeSnapshot: (facts): void => journal.takeSnapshot(facts),
      append: (event): void => {
        if (event.kind !== "execution" && event.kind !== "order") return journal.append(event);
        clock.setTimer(1, () => journal.append(event));
      },
    }),
  },
  "ignores fees that are taken in the coin": hearing({
    fill: (fill) => fill.feeCoin === "USDT" ? [fill] : [{ ...fill, fee: 0, feeQuote: quoteAmount(0) }],
  }),
  "counts a fill again that is told by another name": hearing({
    fill: (fill) => [fill, { ...fill, tradeId: `${fill.tradeId}0` }],
  }),
  "takes what was ordered for what was filled": hearing({
    order: (report) =>
      report.status === "partially-cancelled"
        ? { ...report, status: "filled", filledLots: report.lots }
        : report,
  }),
  "forgets its journal at a restart": { forgets: true },
  "calls a residue nothing": { engine: () => ({ exposure: () => 0 }) },
  "tells its profit before a fee": {
    engine: (engine) => ({ profit: (price) => engine.profit(price) + 0.02 }),
  },
  "hedges twice what is missing": {
    venue: (venue) => ({
      place: (request) => {
        const { order } = parseClientOrderId(request.clientOrderId)!;
        return venue.place(order > 2 ? { ...request, lots: 2 * request.lots } : request);
      },
    }),
  },
  "asks no venue about its orders": {
    venue: () => ({
      order: () => Promise.resolve(undefined),
      fills: () => Promise.resolve([]),
      openOrders: () => Promise.resolve([]),
    }),
  },
};
