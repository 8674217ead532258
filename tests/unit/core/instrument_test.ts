import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DecimalStep } from "../../../src/core/decimal_step.ts";
import { ConfigError } from "../../../src/core/errors.ts";
import type { ExchangeKey } from "../../../src/core/exchange.ts";
import {
  type InstrumentId,
  type InstrumentSpec,
  InstrumentTable,
  unitStep,
} from "../../../src/core/instrument.ts";

function spec(exchange: ExchangeKey, exchangeSymbol: string, contractSize = unitStep): InstrumentSpec {
  return {
    exchange,
    base: exchangeSymbol.replace(/_?USDT$/, ""),
    quote: "USDT",
    exchangeSymbol,
    tick: DecimalStep.parse("0.01"),
    lot: DecimalStep.parse("0.0001"),
    contractSize,
    minQuantity: 0,
    minNotional: 5,
    makerFee: 0,
    takerFee: 0.0005,
    tradable: true,
  };
}

Deno.test("InstrumentTable gives ids 0, 1, 2, … in the order of add", () => {
  const table = new InstrumentTable();
  const added = [
    table.add(spec("MEXC_SPOT", "BTCUSDT")),
    table.add(spec("GATEIO_SPOT", "BTC_USDT")),
    table.add(spec("GATEIO_FUTURES", "BTC_USDT", DecimalStep.parse("0.0001"))),
  ];
  assertEquals(added.map((instrument) => Number(instrument.id)), [0, 1, 2]);
  assertEquals(table.all, added);
  for (const instrument of added) assertStrictEquals(table.get(instrument.id), instrument);
});

Deno.test("InstrumentTable.add knows the market of the venue and the base units of a contract", () => {
  const table = new InstrumentTable();
  const spot = table.add(spec("MEXC_SPOT", "BTCUSDT"));
  const perpetual = table.add(spec("GATEIO_FUTURES", "BTC_USDT", DecimalStep.parse("0.0001")));
  assertEquals([spot.market, spot.baseFactor], ["spot", 1]);
  assertEquals([perpetual.market, perpetual.baseFactor], ["perpetual", 0.0001]);
});

Deno.test("InstrumentTable.add keeps every field of the spec", () => {
  const given = spec("GATEIO_SPOT", "ETH_USDT");
  assertEquals(new InstrumentTable().add(given), {
    ...given,
    id: 0 as InstrumentId,
    market: "spot",
    baseFactor: 1,
  });
});

Deno.test("InstrumentTable.add refuses a venue's symbol that it has, and stays as it was", () => {
  const table = new InstrumentTable();
  table.add(spec("GATEIO_SPOT", "BTC_USDT"));
  assertThrows(
    () => table.add(spec("GATEIO_SPOT", "BTC_USDT")),
    ConfigError,
    "Instrument GATEIO_SPOT BTC_USDT is listed twice",
  );
  assertStrictEquals(table.all.length, 1);
  assertStrictEquals(Number(table.add(spec("GATEIO_SPOT", "ETH_USDT")).id), 1);
});

Deno.test("InstrumentTable.add refuses a venue that does not exist, and stays as it was", () => {
  const table = new InstrumentTable();
  assertThrows(() => table.add(spec("BINANCE" as ExchangeKey, "BTCUSDT")), ConfigError, "Unknown exchange");
  assertStrictEquals(table.all.length, 0);
  assertStrictEquals(table.find("BINANCE" as ExchangeKey, "BTCUSDT"), undefined);
});

Deno.test("InstrumentTable.find tells venues with the same symbol apart", () => {
  const table = new InstrumentTable();
  const spot = table.add(spec("GATEIO_SPOT", "BTC_USDT"));
  const perpetual = table.add(spec("GATEIO_FUTURES", "BTC_USDT"));
  assertStrictEquals(table.find("GATEIO_SPOT", "BTC_USDT"), spot);
  assertStrictEquals(table.find("GATEIO_FUTURES", "BTC_USDT"), perpetual);
  assertStrictEquals(table.find("MEXC_SPOT", "BTC_USDT"), undefined);
  assertStrictEquals(table.find("GATEIO_SPOT", "btc_usdt"), undefined);
});

Deno.test("InstrumentTable.ofExchange lists one venue in the order of the ids", () => {
  const table = new InstrumentTable();
  const first = table.add(spec("MEXC_SPOT", "BTCUSDT"));
  table.add(spec("GATEIO_SPOT", "BTC_USDT"));
  const second = table.add(spec("MEXC_SPOT", "AAVEUSDT"));
  assertEquals(table.ofExchange("MEXC_SPOT"), [first, second]);
  assertEquals(table.ofExchange("GATEIO_FUTURES"), []);
});

Deno.test("InstrumentTable.get names an id that no instrument has", () => {
  const table = new InstrumentTable();
  table.add(spec("MEXC_SPOT", "BTCUSDT"));
  for (const id of [-1, 1, 0.5, NaN]) {
    assertThrows(() => table.get(id as InstrumentId), RangeError, `No instrument has the id ${id}`);
  }
});

Deno.test("unitStep is one whole unit", () => {
  assertEquals([unitStep.size, unitStep.format(7)], [1, "7"]);
});
