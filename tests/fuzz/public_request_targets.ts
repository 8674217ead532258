/**
 * Answers of public requests, by way of the clients.
 * @module
 */
import { assert } from "@std/assert";
import { ProtocolError, VenueError } from "../../src/core/errors.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { HttpRequest, HttpResponse, Network } from "../../src/core/network.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { GateioFuturesPublicRest } from "../../src/exchanges/gateio/public_futures_rest.ts";
import { gateioErrorCode } from "../../src/exchanges/gateio/public_request.ts";
import { GateioSpotPublicRest } from "../../src/exchanges/gateio/public_spot_rest.ts";
import { mexcErrorCode, MexcPublicRest } from "../../src/exchanges/mexc/public_rest.ts";
import { RestClient } from "../../src/net/rest_client.ts";
import { testInstruments } from "../support/instruments.ts";
import { damageJson, type Json } from "../support/json_mutation.ts";
import type { Mutator } from "../support/mutation.ts";
import {
  gateioFuturesDocuments,
  gateioSpotDocuments,
  mexcPublicDocuments,
} from "../support/rest_documents.ts";
import { assertSoundFields } from "../support/sound_content.ts";
import { assertStated, plainOf } from "../support/stated_values.ts";
import { damageText } from "../support/wire_mutation.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const now = 1_786_540_600_000;
/** More requests for one question than any client needs for documents of this size. */
const mostRequests = 2_000;
const table = testInstruments(["BTC", "HYPE"]);

/** A venue whose answers are documents, one of them damaged. */
export class DamagedVenue implements Network {
  /** By a part of the path. */
  answers = new Map<string, string>();
  status = 200;
  #left = 0;

  /** Starts with other answers. */
  reset(answers: ReadonlyMap<string, string>, status: number): void {
    this.answers = new Map(answers);
    this.status = status;
    this.#left = mostRequests;
  }

  connect(): never {
    throw new Error("No sockets here");
  }

  fetch({ url }: HttpRequest): Promise<HttpResponse> {
    if (--this.#left < 0) throw new Error("The client asks without end");
    const path = url.split("?")[0]!;
    const [, text = "{}"] = [...this.answers].filter(([part]) => path.includes(part))
      .sort(([a], [b]) => b.length - a.length)[0] ?? [];
    return Promise.resolve({ status: this.status, headers: new Headers(), text });
  }
}

const outcomeKinds = /^(?:(?:accepted|refused|unknown)(?:,|$))+$/;

/** A question that is answered with these documents. */
export interface Question {
  readonly name: string;
  /** Documents by a part of the path; the first one is damaged. */
  readonly documents: readonly string[];
  readonly ask: () => Promise<unknown>;
  /** Fields of the result that are not from the document. */
  readonly added?: readonly string[];
}

/** A target that asks questions of a venue whose documents are damaged. */
export function questions(
  name: string,
  venue: DamagedVenue,
  documents: Readonly<Record<string, unknown>>,
  all: readonly Question[],
  isDeclared: (error: unknown) => boolean,
): FuzzTarget {
  const good = new Map(Object.entries(documents).map(([path, body]) => [path, JSON.stringify(body)]));
  return {
    name,
    testInputs: 4_000,
    run: async (mutator, note): Promise<string> => {
      const question = mutator.pick(all);
      const part = question.documents[0]!;
      const text = damaged(mutator, good.get(part)!);
      note(`${question.name}: ${text}`);
      const status = mutator.below(20) === 0 ? mutator.pick([201, 204, 400, 404, 429, 500, 503]) : 200;
      venue.reset(new Map([...good, [part, text]]), status);
      let result: unknown;
      try {
        result = plainOf(await question.ask());
      } catch (error) {
        if (isDeclared(error)) return "refused";
        throw error;
      }
      assertSoundFields({ result: Array.isArray(result) ? { ...result } : result }, question.name);
      if (typeof result === "string" && outcomeKinds.test(result)) {
        // Kinds of outcomes: only what is said with a good status, and in JSON, is accepted.
        assert(!result.includes("accepted") || (status < 300 && JSON.parse(text) !== null), result);
        return `${question.name} ${result}`;
      }
      const stated = [text, ...question.documents.slice(1).map((each) => good.get(each)!)];
      assert(status < 300);
      assertStated(result, `[${stated.join()}]`, question.added);
      return question.name;
    },
  };
}

function damaged(mutator: Mutator, text: string): string {
  return mutator.below(4) > 0
    ? damageJson(mutator, JSON.parse(text) as Json).toWellFormed()
    : damageText(mutator, text, text).toWellFormed();
}

function isPublicError(error: unknown): boolean {
  return error instanceof ProtocolError || error instanceof VenueError;
}

const client = (network: Network, errorCode: (body: unknown) => string): RestClient =>
  new RestClient({ network, baseUrl: "http://venue", errorCode });
const clock = new SimulatedClock(now);
const pairs = [{ base: "BTC", quote: "USDT" }];
const since = { since: { id: 0, timeMs: 1 } };

const mexc: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const rest = new MexcPublicRest(client(venue, mexcErrorCode), clock);
  const [bitcoin] = table.ofExchange("MEXC_SPOT") as [Instrument];
  return questions("mexc-public-requests", venue, mexcPublicDocuments, [
    { name: "instruments", documents: ["exchangeInfo"], ask: () => rest.fetchInstruments(pairs) },
    { name: "symbols", documents: ["exchangeInfo"], ask: () => rest.fetchSymbols() },
    { name: "api symbols", documents: ["defaultSymbols", "exchangeInfo"], ask: () => rest.fetchSymbols() },
    { name: "time", documents: ["time"], ask: () => rest.fetchServerTime() },
    { name: "depth", documents: ["depth"], ask: () => rest.fetchDepth(bitcoin, 5) },
    { name: "trades", documents: ["trades"], ask: async () => (await rest.fetchTrades(bitcoin)).trades },
    {
      name: "trades since",
      documents: ["trades"],
      ask: async () => (await rest.fetchTrades(bitcoin, since)).trades,
    },
    { name: "tickers", documents: ["24hr"], ask: () => rest.fetchTickers(table.ofExchange("MEXC_SPOT")) },
    { name: "klines", documents: ["klines"], ask: () => rest.fetchKlines(bitcoin, "1m") },
  ], isPublicError);
})();

const spot: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const rest = new GateioSpotPublicRest(client(venue, gateioErrorCode), clock);
  const [bitcoin] = table.ofExchange("GATEIO_SPOT") as [Instrument];
  return questions("gateio-spot-public-requests", venue, gateioSpotDocuments, [
    { name: "instruments", documents: ["/spot/currency_pairs"], ask: () => rest.fetchInstruments(pairs) },
    { name: "symbols", documents: ["/spot/currency_pairs"], ask: () => rest.fetchSymbols() },
    { name: "time", documents: ["/spot/time"], ask: () => rest.fetchServerTime() },
    { name: "depth", documents: ["/spot/order_book"], ask: () => rest.fetchDepth(bitcoin, 5) },
    {
      name: "trades",
      documents: ["/spot/trades"],
      ask: async () => (await rest.fetchTrades(bitcoin)).trades,
    },
    {
      name: "trades since",
      documents: ["/spot/trades"],
      ask: async () => (await rest.fetchTrades(bitcoin, since)).trades,
    },
    { name: "tickers", documents: ["/spot/tickers"], ask: () => rest.fetchTickers([bitcoin]) },
    { name: "klines", documents: ["/spot/candlesticks"], ask: () => rest.fetchKlines(bitcoin, "1h") },
  ], isPublicError);
})();

const futures: FuzzTarget = ((): FuzzTarget => {
  const venue = new DamagedVenue();
  const rest = new GateioFuturesPublicRest(client(venue, gateioErrorCode), clock);
  const [bitcoin] = table.ofExchange("GATEIO_FUTURES") as [Instrument];
  const path = (name: string): string => `/futures/usdt/${name}`;
  const range = { fromMs: now - 3_600_000, toMs: now };
  return questions("gateio-futures-public-requests", venue, gateioFuturesDocuments, [
    { name: "instruments", documents: [path("contracts")], ask: () => rest.fetchInstruments(pairs) },
    {
      name: "symbols",
      documents: [path("contracts"), path("risk_limit_tiers")],
      ask: () => rest.fetchSymbols(),
    },
    {
      name: "symbols with tiers",
      documents: [path("risk_limit_tiers"), path("contracts")],
      ask: () => rest.fetchSymbols(),
    },
    { name: "depth", documents: [path("order_book")], ask: () => rest.fetchDepth(bitcoin, 5) },
    {
      name: "trades",
      documents: [path("trades")],
      ask: async () => (await rest.fetchTrades(bitcoin)).trades,
    },
    {
      name: "trades since",
      documents: [path("trades")],
      ask: async () => (await rest.fetchTrades(bitcoin, since)).trades,
    },
    { name: "tickers", documents: [path("tickers")], ask: () => rest.fetchTickers([bitcoin]) },
    {
      name: "funding rates",
      documents: [path("contracts")],
      ask: () => rest.fetchFundingRates(table.ofExchange("GATEIO_FUTURES")),
      added: ["time"],
    },
    { name: "risk tiers", documents: [path("risk_limit_tiers")], ask: () => rest.fetchRiskTiers(bitcoin) },
    { name: "klines", documents: [path("candlesticks")], ask: () => rest.fetchKlines(bitcoin, "1m") },
    {
      name: "reference",
      documents: [path("premium_index")],
      ask: async () => await rest.fetchReferenceKlines(bitcoin, "premium", "1m"),
    },
    {
      name: "funding history",
      documents: [path("funding_rate")],
      ask: () => rest.fetchFundingHistory(bitcoin, range),
    },
    {
      name: "statistics",
      documents: [path("contract_stats")],
      ask: () => rest.fetchContractStats(bitcoin, "1h"),
    },
    {
      name: "liquidations",
      documents: [path("liq_orders")],
      ask: () => rest.fetchLiquidations(bitcoin, range),
    },
  ], isPublicError);
})();

/** What public answers are read with. */
export const publicRequestTargets: readonly FuzzTarget[] = [mexc, spot, futures];
