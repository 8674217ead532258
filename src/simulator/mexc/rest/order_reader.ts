/**
 * From the parameters of a new order to its terms.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { atomDecimals, type Atoms, formatAtoms, type InstrumentUnits } from "../../accounts/atoms.ts";
import type { DecimalStep } from "../../../core/decimal_step.ts";
import type { InstrumentSpec } from "../../../core/instrument.ts";
import type { MarketInstrument } from "../../market/market_instrument.ts";
import { opposite } from "../../matching/matching_book.ts";
import type { OrderSide, OrderTerms } from "../../trading/venue_order.ts";
import { lives, type MexcOrderType, type MexcStpMode, stpActions } from "../mexc_order.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { readDecimal } from "./decimal_text.ts";
import { mexcErrors } from "./errors.ts";
import type { Parameters } from "./parameters.ts";
import { valueLimits } from "./symbol_rules.ts";

/** UNCONFIRMED: length and characters of a client order id. */
const clientIdPattern = /^[0-9A-Za-z_-]{1,32}$/;
/**
 * UNCONFIRMED: a market order goes no further than this ratio away from the middle. The recorded market sale at
 * 3.6962 bears the price 3.5121, 5 % under the last price.
 */
const protectionPercent = 5n;

/** What every order says of itself. */
interface OrderBasics {
  readonly instrument: MarketInstrument;
  readonly units: InstrumentUnits;
  readonly side: OrderSide;
  readonly type: MexcOrderType;
}

/** Size and price of an order. */
type OrderAmounts = Pick<OrderTerms, "tick" | "lots" | "budget"> & {
  /** Quote amount asked for. */
  readonly quoteOrderQty?: Atoms;
};

/** Reads orders and holds them to the rules of their symbol. Balances are not looked at. */
export class OrderReader {
  readonly #venue: MexcVenue;

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /**
   * The terms of a new order.
   *
   * @throws {MexcError} when a parameter is missing or wrong, or a rule of the symbol is broken.
   */
  terms(parameters: Parameters, account: Account): OrderTerms {
    const basics = this.#basics(parameters);
    const clientId = parameters.text("newClientOrderId") ?? "";
    if (clientId !== "" && !clientIdPattern.test(clientId)) {
      throw mexcErrors.illegalCharacters("newClientOrderId", clientIdPattern.source);
    }
    const stpMode = readStpMode(parameters);
    const amounts = basics.type === "MARKET" ? readMarket(parameters, basics) : readLimit(parameters, basics);
    const { quoteOrderQty, ...sizes } = amounts;
    return {
      ...sizes,
      instrument: basics.instrument,
      side: basics.side,
      kind: basics.type === "MARKET" ? "market" : "limit",
      timeInForce: lives[basics.type],
      clientId,
      // UNCONFIRMED: that both orders have to ask for it.
      ...(stpMode === "" ? {} : { stpGroup: account.stpGroup, stpAction: stpActions[stpMode] }),
      attributes: { stpMode, ...(quoteOrderQty === undefined ? {} : { quoteOrderQty }) },
    };
  }

  #basics(parameters: Parameters): OrderBasics {
    const instrument = this.#venue.instrument(parameters.required("symbol"));
    const side = parameters.required("side");
    if (side !== "BUY" && side !== "SELL") throw mexcErrors.badParameter("side");
    const type = parameters.required("type");
    if (!Object.hasOwn(lives, type)) throw mexcErrors.badOrderType();
    requireTrading(instrument);
    return {
      instrument,
      units: this.#venue.trading.units(instrument),
      side: side === "BUY" ? "buy" : "sell",
      type: type as MexcOrderType,
    };
  }
}

/** @throws {MexcError} when the symbol takes no orders now: −1121 delisted, 30016 never by API, 30000 halted. */
function requireTrading({ listing, spec }: MarketInstrument): void {
  if (listing.status === "delisted") throw mexcErrors.invalidSymbol();
  if (!spec.tradable) throw mexcErrors.tradingDisabled();
  if (!listing.open) throw mexcErrors.suspended();
}

function readStpMode(parameters: Parameters): MexcStpMode {
  const mode = parameters.text("stpMode") ?? "";
  if (mode !== "" && !Object.hasOwn(stpActions, mode)) throw mexcErrors.badParameter("stpMode");
  return mode as MexcStpMode;
}

function readLimit(parameters: Parameters, { instrument, units }: OrderBasics): OrderAmounts {
  const quantity = parameters.text("quantity");
  const price = parameters.text("price");
  if (quantity === undefined || price === undefined) throw mexcErrors.badCombination();
  const { spec } = instrument;
  const tick = readPrice(price, spec);
  const lots = readQuantity(quantity, spec);
  requireValue(spec, BigInt(tick) * BigInt(lots) * units.tickLot, "limit");
  return { tick, lots };
}

function readMarket(parameters: Parameters, basics: OrderBasics): OrderAmounts {
  const { instrument, units, side } = basics;
  const quantity = parameters.text("quantity");
  const amount = parameters.text("quoteOrderQty");
  if (quantity === undefined && amount === undefined) throw mexcErrors.badCombination();
  const best = instrument.book.side(side === "buy" ? "ask" : "bid").tickAt(0);
  if (Number.isNaN(best)) throw mexcErrors.noOpposite();
  const tick = protectedTick(instrument, side);
  // UNCONFIRMED: which of the two counts when both are sent.
  if (amount === undefined) {
    const lots = readQuantity(quantity!, instrument.spec);
    requireValue(instrument.spec, BigInt(best) * BigInt(lots) * units.tickLot, "market");
    return { tick, lots };
  }
  const quoteOrderQty = readAmount(amount);
  requireDecimals(quoteOrderQty, instrument.spec.tick.decimals);
  requireValue(instrument.spec, quoteOrderQty, "market");
  if (side === "buy") return { tick, lots: 0, budget: quoteOrderQty, quoteOrderQty };
  return { tick, lots: lotsWorth(basics, tick, quoteOrderQty), quoteOrderQty };
}

/** Lots whose sale brings in no more than an amount; the whole book when that is not enough. */
function lotsWorth({ instrument, units, side }: OrderBasics, worstTick: number, amount: Atoms): number {
  const own = side === "buy" ? "bid" : "ask";
  const wanted = Number.MAX_SAFE_INTEGER;
  let left = amount;
  let lots = 0;
  for (const level of instrument.matching.preview(own, worstTick, wanted)) {
    const taken = Math.min(level.lots, units.affordable(left, level.tick));
    lots += taken;
    left -= units.value(level.tick, taken);
    if (taken < level.lots) break;
  }
  if (lots === 0) throw mexcErrors.noOpposite();
  return lots;
}

/** The last price that a market order accepts. */
function protectedTick({ book, statistics }: MarketInstrument, side: OrderSide): number {
  const own = side === "buy" ? "bid" : "ask";
  const near = book.side(opposite(own)).tickAt(0);
  const far = book.side(own).tickAt(0);
  const middle = BigInt(Math.round(Number.isNaN(far) ? statistics.lastTick : (near + far) / 2));
  const percent = side === "buy" ? 100n + protectionPercent : 100n - protectionPercent;
  return Math.max(1, Number(middle * percent / 100n));
}

function readPrice(text: string, { tick }: InstrumentSpec): number {
  const price = readDecimal(text);
  if (price === undefined || price <= 0n) throw mexcErrors.badPrice();
  return countOf(price, tick);
}

function readQuantity(text: string, spec: InstrumentSpec): number {
  const lots = countOf(readAmount(text), spec.lot);
  const fewest = spec.lot.ceil(spec.minQuantity);
  // UNCONFIRMED: how the answer states a minimum quantity.
  if (lots < fewest) throw mexcErrors.belowMinimum(`${spec.lot.format(fewest)}${spec.base}`);
  return lots;
}

function readAmount(text: string): Atoms {
  const amount = readDecimal(text);
  if (amount === undefined) throw mexcErrors.badAmount();
  if (amount <= 0n) throw mexcErrors.amountNotPositive();
  return amount;
}

/** Whole steps in an amount. @throws {MexcError} 10096 when it is between two steps, 10097 when it is too large. */
function countOf(amount: Atoms, step: DecimalStep): number {
  const unit = BigInt(step.mantissa) * 10n ** BigInt(atomDecimals - step.decimals);
  if (amount % unit !== 0n) throw mexcErrors.tooManyDecimals();
  const count = Number(amount / unit);
  if (!Number.isSafeInteger(count)) throw mexcErrors.badAmount();
  return count;
}

function requireDecimals(amount: Atoms, decimals: number): void {
  if (amount % 10n ** BigInt(atomDecimals - decimals) !== 0n) throw mexcErrors.tooManyDecimals();
}

function requireValue(spec: InstrumentSpec, value: Atoms, kind: "limit" | "market"): void {
  const { least, most } = valueLimits(spec, kind);
  if (value < least) throw mexcErrors.belowMinimum(`${formatAtoms(least)}${spec.quote}`);
  if (value > most) throw mexcErrors.aboveMaximum(`${formatAtoms(most)}${spec.quote}`);
}
