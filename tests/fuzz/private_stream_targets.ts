/**
 * Gate.io's private streams and its trading socket, by way of their clients and a socket whose other side is the fuzzer.
 * @module
 */
import { assert, assertStrictEquals } from "@std/assert";
import type { PositionReport } from "../../src/core/account.ts";
import type { BalanceSnapshot } from "../../src/core/balance.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { OrderReport } from "../../src/core/order_request.ts";
import { SeededRandom } from "../../src/core/random.ts";
import { SimulatedClock } from "../../src/core/simulated_clock.ts";
import { FuturesPrivateChannels, SpotPrivateChannels } from "../../src/exchanges/gateio/private_channels.ts";
import { GateioOrderSocket } from "../../src/exchanges/gateio/private_order_socket.ts";
import { GateioPrivateStream } from "../../src/exchanges/gateio/private_stream.ts";
import { GateioSigner } from "../../src/exchanges/gateio/private_signer.ts";
import { advance, FakeNetwork, settle } from "../support/fake_network.ts";
import { testInstruments } from "../support/instruments.ts";
import { assertFill, assertOrder } from "../support/order_truth.ts";
import { gateioFuturesOrder, gateioPrivatePushes, gateioSpotOrder } from "../support/private_documents.ts";
import { assertSoundFields } from "../support/sound_content.ts";
import { assertStated } from "../support/stated_values.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { damagedDocument } from "./gateio_public_targets.ts";
import { orderOf } from "./private_targets.ts";

const table = testInstruments(["BTC"]);
const start = 1_700_000_000_000;
const signer = new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" });
/** Nobody reads thousands of complaints. */
const silent = { debug: (): void => {}, info: (): void => {}, warn: (): void => {}, error: (): void => {} };

type Market = "spot" | "futures";

function instrumentOf(market: Market): Instrument {
  return table.find(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES", "BTC_USDT")!;
}

const finder = (market: Market) => (symbol: string): Instrument | undefined =>
  table.find(market === "spot" ? "GATEIO_SPOT" : "GATEIO_FUTURES", symbol);

/** A stream that is open, and what it told of the last push. */
class Ear {
  readonly network = new FakeNetwork();
  readonly orders: OrderReport[] = [];
  readonly fills: Fill[] = [];
  readonly others: (BalanceSnapshot | PositionReport)[] = [];
  readonly #stream: GateioPrivateStream;

  constructor(market: Market) {
    const find = finder(market);
    this.#stream = new GateioPrivateStream({
      url: "wss://venue",
      network: this.network,
      clock: new SimulatedClock(start),
      random: new SeededRandom(1),
      logger: silent,
      signer,
      channels: market === "spot" ? new SpotPrivateChannels(find) : new FuturesPrivateChannels(find),
    });
    this.#stream.bind("order", (report) => this.orders.push(report));
    this.#stream.bind("fill", (fill) => this.fills.push(fill));
    this.#stream.bind("balance", (balance) => this.others.push(balance));
    this.#stream.bind("position", (position) => this.others.push(position));
    this.#stream.start();
    this.network.socket.handlers.onOpen();
  }

  /** Whether the stream has given up its connection, as it does when it cannot read a push. */
  get isClosed(): boolean {
    return this.network.socket.closedWith !== undefined;
  }

  stop(): void {
    this.#stream.stop();
  }
}

function stream(market: Market): FuzzTarget {
  const instrument = instrumentOf(market);
  const fields = { id: ["id", "id_string"], size: market === "spot" ? "amount" : "size", price: "price" };
  return {
    name: `gateio-${market}-private-stream`,
    testInputs: 4_000,
    run: (mutator, note) => {
      const text = damagedDocument(mutator, gateioPrivatePushes[market]);
      note(text);
      const ear = new Ear(market);
      ear.network.socket.handlers.onText(text);
      const told = ear.orders.length + ear.fills.length + ear.others.length;
      for (const report of ear.orders) assertOrder(report, instrument, text, fields);
      for (const fill of ear.fills) assertFill(fill);
      for (const other of ear.others) assertSoundFields(other, "lots" in other ? "position" : "balance");
      if (told > 0) assertStated([ear.orders, ear.fills, ear.others], text, ["quantity", "fee", "time"]);
      const kind = ear.isClosed ? "refused" : told > 0 ? "told" : "nothing";
      ear.stop();
      return kind;
    },
  };
}

/** An answer to the first request after the login, and acknowledgements and errors. */
function answers(market: Market): string[] {
  const order = market === "spot" ? gateioSpotOrder : { ...gateioFuturesOrder, text: "t-abc" };
  const header = {
    response_time: "1681195484268",
    status: "200",
    channel: `${market}.order_place`,
    event: "api",
    x_gate_ratelimit_requests_remain: 99,
    x_gate_ratelimit_limit: 100,
    x_gat_ratelimit_reset_timestamp: 1736408263764,
  };
  const label = "BALANCE_NOT_ENOUGH";
  return [
    { request_id: "r-2", ack: false, header, data: { result: order } },
    { request_id: "r-2", ack: true, header, data: { result: { req_id: "r-2" } } },
    {
      request_id: "r-2",
      header: { ...header, status: "400" },
      data: { errs: { label, message: "Not enough balance" } },
    },
  ].map((each) => JSON.stringify(each));
}

function orderSocket(market: Market): FuzzTarget {
  const instrument = instrumentOf(market);
  const good = answers(market);
  return {
    name: `gateio-${market}-order-socket`,
    testInputs: 2_000,
    run: async (mutator, note): Promise<string> => {
      const text = damagedDocument(mutator, good);
      note(text);
      const clock = new SimulatedClock(start);
      const network = new FakeNetwork();
      const socket = new GateioOrderSocket({
        market,
        url: "wss://venue",
        network,
        clock,
        random: new SeededRandom(1),
        logger: silent,
        signer,
        timeoutMs: 2000,
      }, finder(market));
      socket.start();
      network.socket.handlers.onOpen();
      network.socket.handlers.onText(
        JSON.stringify({ request_id: "r-1", header: { status: "200" }, data: { result: {} } }),
      );
      await settle();
      const placing = socket.place(orderOf(instrument, "abc"));
      network.socket.handlers.onText(text);
      advance(clock, 3000);
      const outcome = await placing;
      socket.stop();
      if (outcome.kind === "accepted") {
        const { request_id: id, header, data } = JSON.parse(text);
        assertStrictEquals(outcome.value.clientOrderId, "abc");
        assertStrictEquals(id, "r-2");
        assert(Number(header.status) >= 200 && Number(header.status) < 300 && !data.errs);
        assertStrictEquals(data.result.text, "t-abc");
        const fields = {
          id: ["id", "id_string"],
          size: market === "spot" ? "amount" : "size",
          price: "price",
        };
        assertOrder(outcome.value.report!, instrument, text, fields);
      } else assert(outcome.kind === "refused" || outcome.kind === "unknown");
      for (const value of Object.values(socket.limits ?? {})) assert(value >= 0 && Number.isFinite(value));
      return outcome.kind;
    },
  };
}

/** What accounts are read with over sockets. */
export const privateStreamTargets: readonly FuzzTarget[] = [
  stream("spot"),
  stream("futures"),
  orderSocket("spot"),
  orderSocket("futures"),
];
