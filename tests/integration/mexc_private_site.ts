/**
 * The simulated MEXC on real sockets, and this project's private client of it.
 * @module
 */
import { SystemClock } from "../../src/core/clock.ts";
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { type Instrument, InstrumentTable } from "../../src/core/instrument.ts";
import type { OrderRequest } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { MexcPrivateRest } from "../../src/exchanges/mexc/private_rest.ts";
import { MexcSender } from "../../src/exchanges/mexc/private_sender.ts";
import { MexcSigner } from "../../src/exchanges/mexc/private_signer.ts";
import { MexcPrivateStream } from "../../src/exchanges/mexc/private_stream.ts";
import { NoDelayNetwork } from "../../src/net/no_delay_network.ts";
import { SystemNetwork } from "../../src/net/system_network.ts";
import { parseFaultRule } from "../../src/simulator/faults/fault_rule.ts";
import { MarketModel, type MarketModelOptions, Simulator } from "../../src/simulator/mod.ts";
import type { TruthFill } from "../../src/simulator/simulator_truth.ts";
import { testSpec } from "../support/instruments.ts";
import { MemoryLogger } from "../support/memory_logger.ts";

/** A user with money. */
export const user = {
  family: "mexc",
  uid: "209302839",
  apiKey: "mx0vglprivate0001",
  secretKey: "6f2d1a0b9c8e7f6a5b4c3d2e1f0a9b8c",
  deposits: { MEXC_SPOT: { USDT: "2000000", BTC: "20", ETH: "10" } },
} as const;

/** Bitcoin and ether with the steps of the simulated market. */
export function siteInstruments(): { bitcoin: Instrument; ether: Instrument } {
  const table = new InstrumentTable();
  table.add(testSpec("GATEIO_SPOT", "BTC"));
  const [tick, spec] = [DecimalStep.parse("0.01"), testSpec("MEXC_SPOT", "BTC")];
  return {
    bitcoin: table.add({ ...spec, tick, lot: DecimalStep.parse("0.00000001") }),
    ether: table.add({
      ...spec,
      base: "ETH",
      exchangeSymbol: "ETHUSDT",
      tick,
      lot: DecimalStep.parse("0.00001"),
    }),
  };
}

/** A fill as the venue knows it, in the terms of a fill that it tells. */
export function expectedFill(fill: TruthFill, instrument: Instrument): unknown {
  return {
    tradeId: `${fill.tradeId}X1`,
    clientOrderId: "",
    exchangeOrderId: fill.orderId,
    instrument: instrument.id,
    side: fill.side,
    price: Number(fill.price),
    quantity: Number(fill.size),
    notional: Number(fill.value),
    fee: Number(fill.fee),
    feeCoin: fill.feeCoin,
    feeQuote: Number(fill.fee),
    liquidity: fill.role,
    time: fill.timeMs,
  };
}

/** The venue and its client. */
export class MexcSite {
  readonly clock = new SystemClock();
  readonly logger = new MemoryLogger();
  readonly bitcoin: Instrument;
  readonly ether: Instrument;
  readonly rest: MexcPrivateRest;
  readonly #wsUrl: string;
  readonly #restUrl: string;
  readonly #orderNetwork = new NoDelayNetwork({ clock: this.clock });
  readonly #streams: MexcPrivateStream[] = [];
  #ids = 0;

  private constructor(readonly simulator: Simulator, urls: { readonly rest: string; readonly ws: string }) {
    const { bitcoin, ether } = siteInstruments();
    [this.bitcoin, this.ether, this.#wsUrl, this.#restUrl] = [bitcoin, ether, urls.ws, urls.rest];
    this.rest = this.client();
  }

  /** Opens the ports. */
  static async open(market: MarketModelOptions = {}): Promise<MexcSite> {
    const simulator = Simulator.create({
      clock: new SystemClock(),
      seed: 7,
      source: new MarketModel({ eventsPerSecond: 0, ...market }),
      accounts: [user, {
        ...user,
        uid: "209302840",
        apiKey: "mx0readonly",
        permissions: [],
        deposits: { MEXC_SPOT: { USDT: "10" } },
      }],
    });
    return new MexcSite(simulator, (await simulator.listen()).MEXC_SPOT);
  }

  /** A client with a key. */
  client(apiKey: string = user.apiKey, secretKey: string = user.secretKey): MexcPrivateRest {
    const now = (): number => this.clock.epochMs();
    const signer = new MexcSigner({ key: { apiKey, secretKey }, now });
    const common = { baseUrl: this.#restUrl, signer };
    return new MexcPrivateRest({
      orders: new MexcSender({ ...common, network: this.#orderNetwork, timeoutMs: 500 }),
      queries: new MexcSender({ ...common, network: new SystemNetwork(), timeoutMs: 5000 }),
      instruments: [this.bitcoin, this.ether],
      now,
    });
  }

  /** A stream of the user. */
  stream(): MexcPrivateStream {
    const signer = new MexcSigner({ key: user, now: () => this.clock.epochMs() });
    const stream = new MexcPrivateStream({
      sender: new MexcSender({ network: new SystemNetwork(), baseUrl: this.#restUrl, signer }),
      url: this.#wsUrl,
      network: new SystemNetwork(),
      clock: this.clock,
      random: new SeededRandom(5),
      logger: this.logger,
      instruments: [this.bitcoin, this.ether],
    });
    this.#streams.push(stream);
    return stream;
  }

  /** Lets something go wrong from now on. */
  fault(rule: Record<string, unknown>): void {
    this.simulator.script.add(parseFaultRule({ venue: "MEXC_SPOT", ...rule }));
  }

  /** Best prices of the venue's own book in ticks. */
  get best(): { bid: number; ask: number } {
    const { bids, asks } = this.simulator.truth.book("MEXC_SPOT", this.bitcoin.exchangeSymbol)!;
    const { tick } = this.bitcoin;
    return { bid: tick.nearest(bids[0]![0]), ask: tick.nearest(asks[0]![0]) };
  }

  /** An order that rests far from the market unless something else is said: 0.001 BTC. */
  order(changes: Partial<OrderRequest> = {}): OrderRequest {
    return {
      clientOrderId: `it-${++this.#ids}`,
      instrument: this.bitcoin,
      side: "buy",
      type: "limit",
      timeInForce: "gtc",
      priceTicks: Math.floor(this.best.bid * 0.9),
      lots: 100_000,
      reduceOnly: false,
      ...changes,
    };
  }

  /** Holds balances of the venue, as numbers: coin to what is free and what is bound. */
  get balances(): Record<string, { available: number; locked: number }> {
    const rows = this.simulator.truth.balances({ uid: user.uid, venue: "MEXC_SPOT" });
    return Object.fromEntries(
      rows.map((
        { coin, available, locked },
      ) => [coin, { available: Number(available), locked: Number(locked) }]),
    );
  }

  /** Closes the client, then the venue. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) {
      stream.stop();
      await stream.finished();
    }
    this.#orderNetwork.close();
    await this.simulator.stop();
  }
}
