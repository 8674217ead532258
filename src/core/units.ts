/**
 * Branded units: quantities that must not be mixed up are different types.
 * @module
 */

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** A quantity of the base coin. */
export type BaseQuantity = Branded<"base">;
/** A number of futures contracts; positive for long or buy, negative for short or sell where it is signed. */
export type Contracts = Branded<"contracts">;
/** An amount of the quote coin, which is USDT on every venue that cexarb trades. */
export type QuoteAmount = Branded<"quote">;

/** Marks a number as a base quantity. */
export function baseQuantity(value: number): BaseQuantity {
  return value as BaseQuantity;
}

/** Marks a number as a contract count. */
export function contracts(value: number): Contracts {
  return value as Contracts;
}

/** Marks a number as a quote amount. */
export function quoteAmount(value: number): QuoteAmount {
  return value as QuoteAmount;
}

/**
 * Base quantity that a number of contracts stands for.
 *
 * @param count Contracts, signed or not; the sign is kept.
 * @param contractSize Base units per contract: Gate.io's `quanto_multiplier`.
 */
export function contractsToBase(count: Contracts, contractSize: number): BaseQuantity {
  return baseQuantity(count * contractSize);
}

/**
 * Contracts that a base quantity is worth, not rounded: round it with the instrument's lot before use.
 *
 * @param quantity Base units, signed or not; the sign is kept.
 * @param contractSize Base units per contract, greater than 0.
 * @throws {RangeError} when the contract size is not a positive finite number (0 is what inverse contracts show).
 */
export function baseToContracts(quantity: BaseQuantity, contractSize: number): Contracts {
  if (!(contractSize > 0 && Number.isFinite(contractSize))) {
    throw new RangeError(
      `Cannot convert to contracts: the contract size is ${contractSize}, it must be positive`,
    );
  }
  return contracts(quantity / contractSize);
}
