import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SystemClock } from "../../../src/core/clock.ts";
import { exchangeByKey } from "../../../src/core/exchange.ts";
import { ProtocolError, VenueError } from "../../../src/core/errors.ts";
import { GateioFuturesPublicRest } from "../../../src/exchanges/gateio/public_futures_rest.ts";
import { gateioErrorCode } from "../../../src/exchanges/gateio/public_request.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import type { PublicRest } from "../../../src/exchanges/interfaces/public_rest.ts";
import { mexcErrorCode, MexcPublicRest } from "../../../src/exchanges/mexc/public_rest.ts";
import { RestClient } from "../../../src/net/rest_client.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import { levelsOfColumns } from "../../support/naive_book.ts";
import {
  gateioContracts,
  gateioCurrencyPairs,
  mexcDefaultSymbols,
  mexcExchangeInfo,
} from "../../support/rest_bodies.ts";

const bitcoin = { base: "BTC", quote: "USDT" };

interface Venue {
  readonly name: string;
  readonly make: (client: RestClient) => PublicRest;
  readonly exchange: "MEXC_SPOT" | "GATEIO_SPOT" | "GATEIO_FUTURES";
  readonly listing: unknown;
  readonly listingUrls: readonly string[];
  readonly bookUrl: string;
  readonly book: Record<string, unknown>;
  readonly oddBooks: readonly unknown[];
}

const venues: readonly Venue[] = [
  {
    name: "MexcPublicRest",
    make: (client) => new MexcPublicRest(client, new SystemClock()),
    exchange: "MEXC_SPOT",
    listing: mexcExchangeInfo,
    listingUrls: ["http://venue/api/v3/exchangeInfo", "http://venue/api/v3/defaultSymbols"],
    bookUrl: "http://venue/api/v3/depth?symbol=BTCUSDT&limit=50",
    book: {
      lastUpdateId: "74891313263",
      bids: [["61759.73", "0.5"]],
      asks: [["61759.74", "2"], ["61760", "1"]],
      timestamp: 1,
    },
    oddBooks: [
      { lastUpdateId: "abc", bids: [], asks: [] },
      { lastUpdateId: 5, bids: [["1"]], asks: [] },
      { lastUpdateId: 5, bids: [["1", "-2"]], asks: [] },
      { lastUpdateId: 5, bids: [["1", true]], asks: [] },
      { lastUpdateId: "", bids: [], asks: [] },
    ],
  },
  {
    name: "GateioSpotPublicRest",
    make: (client) => new GateioSpotPublicRest(client, new SystemClock()),
    exchange: "GATEIO_SPOT",
    listing: gateioCurrencyPairs,
    listingUrls: ["http://venue/spot/currency_pairs"],
    bookUrl: "http://venue/spot/order_book?currency_pair=BTC_USDT&limit=50&with_id=true",
    book: {
      id: 74891313263,
      current: 1,
      bids: [["61759.73", "0.5"]],
      asks: [["61759.74", "2"], ["61760", "1"]],
    },
    oddBooks: [{ bids: [], asks: [] }, { id: 1.5, bids: [], asks: [] }, { id: 5, asks: [] }, {
      id: 5,
      bids: [["1e", "1"]],
      asks: [],
    }],
  },
  {
    name: "GateioFuturesPublicRest",
    make: (client) => new GateioFuturesPublicRest(client, new SystemClock()),
    exchange: "GATEIO_FUTURES",
    listing: gateioContracts,
    listingUrls: ["http://venue/futures/usdt/contracts?limit=1000&offset=0"],
    bookUrl: "http://venue/futures/usdt/order_book?contract=BTC_USDT&limit=50&with_id=true",
    book: {
      id: 74891313263,
      current: 1786540564.748,
      bids: [{ p: "61759.73", s: 0.5 }],
      asks: [{ p: "61759.74", s: "2" }, { p: "61760", s: 1 }],
    },
    oddBooks: [{ id: 5, bids: [["1", "1"]], asks: [] }, { id: 5, bids: [{ p: "x", s: 1 }], asks: [] }, {
      id: 5,
      bids: [{ p: "1" }],
      asks: [],
    }],
  },
];

function setUp(venue: Venue, body: unknown): { rest: PublicRest; network: FakeNetwork } {
  const network = new FakeNetwork();
  network.answer = ({ url }): { body: unknown } => ({
    body: url.endsWith("/defaultSymbols") ? mexcDefaultSymbols : body,
  });
  const errorCode = venue.exchange === "MEXC_SPOT" ? mexcErrorCode : gateioErrorCode;
  return { network, rest: venue.make(new RestClient({ network, baseUrl: "http://venue", errorCode })) };
}

for (const venue of venues) {
  const instrument = testInstruments(["BTC"]).ofExchange(venue.exchange)[0]!;

  Deno.test(`${venue.name} turns a book into a full update`, async () => {
    const { rest, network } = setUp(venue, venue.book);
    const update = await rest.fetchDepth(instrument, 50);
    assertEquals(network.requests.map(({ url }) => url), [venue.bookUrl]);
    assertEquals([update.instrument, update.firstId, update.lastId, update.full], [
      instrument.id,
      74891313263,
      74891313263,
      true,
    ]);
    assertEquals(levelsOfColumns(update.bids), [[61759.73, 0.5]]);
    assertEquals(levelsOfColumns(update.asks), [[61759.74, 2], [61760, 1]]);
  });

  Deno.test(`${venue.name} refuses a book that is not as the protocol has it, and says what is wrong`, async () => {
    for (const odd of [null, [], {}, "x", ...venue.oddBooks]) {
      const error = await assertRejects(
        () => setUp(venue, odd).rest.fetchDepth(instrument, 50),
        ProtocolError,
      );
      assert(error.message.includes(instrument.exchangeSymbol), error.message);
    }
  });

  Deno.test(`${venue.name} lists the wanted pairs and minds no oddity of others`, async () => {
    const { rest, network } = setUp(venue, venue.listing);
    const specs = await rest.fetchInstruments([bitcoin, { base: "NOSUCH", quote: "USDT" }]);
    assertEquals(network.requests.map(({ url }) => url), venue.listingUrls);
    assertEquals(specs.map(({ exchange, base, quote, tradable }) => [exchange, base, quote, tradable]), [
      [venue.exchange, "BTC", "USDT", true],
    ]);
  });

  Deno.test(`${venue.name} refuses an oddity of a wanted pair`, async () => {
    const { rest } = setUp(venue, venue.listing);
    const error = await assertRejects(
      () => rest.fetchInstruments([{ base: "ODD", quote: "USDT" }]),
      ProtocolError,
    );
    assert(error.message.includes("not as the protocol has it"), error.message);
  });

  Deno.test(`${venue.name} refuses a listing that is none`, async () => {
    for (const body of [null, {}, "x", { symbols: null }]) {
      await assertRejects(() => setUp(venue, body).rest.fetchInstruments([bitcoin]), ProtocolError);
    }
  });
}

Deno.test("MexcPublicRest takes the steps, minima and fees out of exchangeInfo", async () => {
  const spec = (await setUp(venues[0]!, mexcExchangeInfo).rest.fetchInstruments([bitcoin]))[0]!;
  assertEquals([spec.exchangeSymbol, spec.tick.size, spec.lot.size, spec.contractSize.size], [
    "BTCUSDT",
    0.01,
    1e-8,
    1,
  ]);
  assertEquals([spec.minQuantity, spec.minNotional, spec.makerFee, spec.takerFee], [0.000001, 1, 0, 0.0005]);
});

Deno.test("MexcPublicRest takes a market for tradable only when it is online and open to the API", async () => {
  for (
    const [status, isSpotTradingAllowed, tradable] of [["1", true, true], ["ENABLED", true, true], [
      "2",
      true,
      false,
    ], ["1", false, false]] as const
  ) {
    const symbols = [{ ...mexcExchangeInfo.symbols[0], status, isSpotTradingAllowed }];
    const spec = (await setUp(venues[0]!, { symbols }).rest.fetchInstruments([bitcoin]))[0]!;
    assertStrictEquals(spec!.tradable, tradable);
  }
});

Deno.test("GateioSpotPublicRest takes steps and minima out of a pair, and the fees of an ordinary account", async () => {
  const spec = (await setUp(venues[1]!, gateioCurrencyPairs).rest.fetchInstruments([bitcoin]))[0]!;
  const { makerFee, takerFee } = exchangeByKey("GATEIO_SPOT");
  assertEquals([spec.tick.size, spec.lot.size, spec.contractSize.size], [0.1, 0.000001, 1]);
  assertEquals([spec.minQuantity, spec.minNotional, spec.makerFee, spec.takerFee], [
    0.00001,
    3,
    makerFee,
    takerFee,
  ]);
});

Deno.test("GateioSpotPublicRest takes a missing minimum for none, and only what can be bought and sold for tradable", async () => {
  for (const trade_status of ["tradable", "buyable", "sellable", "untradable"]) {
    const { min_base_amount: _, ...pair } = gateioCurrencyPairs[0] as Record<string, unknown>;
    const body = [{ ...pair, min_quote_amount: null, trade_status }];
    const spec = (await setUp(venues[1]!, body).rest.fetchInstruments([bitcoin]))[0]!;
    assertEquals([spec!.minQuantity, spec!.minNotional, spec!.tradable], [0, 0, trade_status === "tradable"]);
  }
});

Deno.test("GateioFuturesPublicRest takes tick and contract size out of a contract; sizes are whole contracts", async () => {
  const spec = (await setUp(venues[2]!, gateioContracts).rest.fetchInstruments([bitcoin]))[0]!;
  assertEquals([spec.tick.size, spec.lot.size, spec.contractSize.size], [0.1, 1, 0.0001]);
  assertEquals([spec.minQuantity, spec.minNotional], [1, 0]);
});

Deno.test("GateioFuturesPublicRest leaves inverse contracts out and takes those in delisting for closed", async () => {
  const contract = gateioContracts[0] as Record<string, unknown>;
  const of = async (changes: Record<string, unknown>): Promise<boolean[]> => {
    const specs = await setUp(venues[2]!, [{ ...contract, ...changes }]).rest.fetchInstruments([bitcoin]);
    return specs.map(({ tradable }) => tradable);
  };
  assertEquals(await of({ type: "inverse", quanto_multiplier: "0" }), []);
  assertEquals(await of({ in_delisting: true }), [false]);
  assertEquals(await of({ status: "delisting" }), [false]);
  assertEquals(await of({ status: undefined }), [true]);
});

Deno.test("GateioFuturesPublicRest goes through all pages of contracts", async () => {
  const { rest, network } = setUp(venues[2]!, []);
  const page = Array.from({ length: 1000 }, (_, i) => ({ ...gateioContracts[0], name: `C${i}_USDT` }));
  network.answer = ({ url }): { body: unknown } => ({
    body: url.endsWith("offset=2000") ? gateioContracts : page,
  });
  const specs = await rest.fetchInstruments([bitcoin]);
  assertEquals([specs.length, network.requests.length], [1, 3]);
});

Deno.test("Error bodies give their code or label, and nothing when they hold none", async () => {
  assertEquals([mexcErrorCode({ code: -1121, msg: "Invalid symbol." }), mexcErrorCode({ code: "30004" })], [
    "-1121",
    "30004",
  ]);
  assertEquals(gateioErrorCode({ label: "INVALID_PARAM_VALUE", message: "x" }), "INVALID_PARAM_VALUE");
  for (const body of [undefined, null, "x", {}, [], { label: 5 }]) {
    assertEquals([mexcErrorCode(body), gateioErrorCode(body)], ["", ""]);
  }
  const { rest, network } = setUp(venues[0]!, {});
  network.answer = (): { status: number; body: unknown } => ({
    status: 400,
    body: { code: -1121, msg: "Invalid symbol." },
  });
  const instrument = testInstruments(["BTC"]).ofExchange("MEXC_SPOT")[0]!;
  const error = await assertRejects(() => rest.fetchDepth(instrument, 5), VenueError);
  assertStrictEquals(error.code, "-1121");
});
