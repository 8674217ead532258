import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../src/core/errors.ts";
import { exchangeByKey, exchanges } from "../../../src/core/exchange.ts";

Deno.test("Every exchange has its position in the list as its id", () => {
  exchanges.forEach((exchange, index) => assertStrictEquals(exchange.id, index));
});

Deno.test("The exchanges are MEXC spot, Gate.io spot and Gate.io perpetuals, in this order", () => {
  assertEquals(exchanges.map((exchange) => exchange.key), ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]);
  assertEquals(exchanges.map((exchange) => exchange.market), ["spot", "spot", "perpetual"]);
});

Deno.test("Only Gate.io spot takes the fee of a buy from the bought coin", () => {
  const inBase = exchanges.filter((exchange) => exchange.buyFeeCoin === "base");
  assertEquals(inBase.map((exchange) => exchange.key), ["GATEIO_SPOT"]);
});

Deno.test("Every fee is a ratio under one per cent, and taking costs no less than making", () => {
  for (const { key, makerFee, takerFee } of exchanges) {
    assert(takerFee > 0 && takerFee < 0.01, key);
    assert(makerFee <= takerFee, key);
  }
});

Deno.test("exchangeByKey finds every exchange", () => {
  for (const exchange of exchanges) assertStrictEquals(exchangeByKey(exchange.key), exchange);
});

Deno.test("exchangeByKey names the unknown key and all known ones", () => {
  for (const key of ["BINANCE", "", "mexc_spot", "constructor"]) {
    assertThrows(
      () => exchangeByKey(key),
      ConfigError,
      `Unknown exchange "${key}": use one of MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES`,
    );
  }
});
