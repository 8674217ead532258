/**
 * Who calls a private endpoint of Gate.io futures.
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { type Atoms, InstrumentUnits, oneCoin, parseAtoms } from "../accounts/atoms.ts";
import type { MarketInstrument } from "../market/market_instrument.ts";
import type { FuturesEngine } from "../trading/futures_contract.ts";
import type { GateCall } from "./gate_endpoint.ts";
import type { FuturesMarket } from "./futures_market.ts";

/** What private endpoints work with. */
export interface FuturesParts {
  readonly market: FuturesMarket;
  readonly engine: FuturesEngine;
}

/** The account behind a private call. */
export function accountOf({ key }: GateCall): Account {
  return key!.account;
}

const knownUnits = new WeakMap<MarketInstrument, InstrumentUnits>();
/** Decimals of an average price beyond those of the price step. */
const averageDecimals = 8;

/** Values of the ticks and lots of a contract. */
export function unitsOf(instrument: MarketInstrument): InstrumentUnits {
  let units = knownUnits.get(instrument);
  if (units === undefined) {
    units = new InstrumentUnits(instrument.spec);
    knownUnits.set(instrument, units);
  }
  return units;
}

/** Average price of lots that were worth `value`: quote coins in units of 10^-18, cut off; 0 for no lots. */
export function averagePrice(instrument: MarketInstrument, value: Atoms, lots: number): Atoms {
  if (lots === 0) return 0n;
  const price = value * oneCoin / unitsOf(instrument).base(lots);
  const grain = 10n ** BigInt(Math.max(0, 18 - instrument.spec.tick.decimals - averageDecimals));
  return price / grain * grain;
}

const plainDecimal = /^-?\d+(\.\d*)?$/;

/** Plain decimal text as an exact amount; undefined when it is not that. */
export function amountOf(text: string): Atoms | undefined {
  return plainDecimal.test(text) ? parseAtoms(text) : undefined;
}
