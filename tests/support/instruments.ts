/**
 * Instruments for tests: BTC, HYPE and LUNC on all three venues, with steps as the venues have them.
 * @module
 */
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { exchangeByKey, type ExchangeKey } from "../../src/core/exchange.ts";
import { type InstrumentSpec, InstrumentTable, unitStep } from "../../src/core/instrument.ts";

/** Tick, spot lot and contract size of each test coin. */
const coins = {
  BTC: { tick: "0.1", lot: "0.000001", contractSize: "0.0001" },
  HYPE: { tick: "0.001", lot: "0.01", contractSize: "0.1" },
  LUNC: { tick: "0.00000001", lot: "0.01", contractSize: "10000" },
} as const;

/** A coin of the test instruments. */
export type TestCoin = keyof typeof coins;

/** What a venue would say about a test coin against USDT. */
export function testSpec(exchange: ExchangeKey, base: TestCoin): InstrumentSpec {
  const coin = coins[base];
  const { market, makerFee, takerFee } = exchangeByKey(exchange);
  return {
    exchange,
    base,
    quote: "USDT",
    exchangeSymbol: exchange === "MEXC_SPOT" ? `${base}USDT` : `${base}_USDT`,
    tick: DecimalStep.parse(coin.tick),
    lot: market === "spot" ? DecimalStep.parse(coin.lot) : unitStep,
    contractSize: market === "spot" ? unitStep : DecimalStep.parse(coin.contractSize),
    minQuantity: market === "spot" ? 0 : 1,
    minNotional: market === "spot" ? 1 : 0,
    makerFee,
    takerFee,
    tradable: true,
  };
}

/** A table of the given coins on all venues, ids in the order MEXC spot, Gate.io spot, Gate.io futures per coin. */
export function testInstruments(bases: readonly TestCoin[] = ["BTC", "HYPE", "LUNC"]): InstrumentTable {
  const table = new InstrumentTable();
  for (const base of bases) {
    for (const exchange of ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
      table.add(testSpec(exchange, base));
    }
  }
  return table;
}
