/**
 * Error answers of the MEXC REST interface.
 * @module
 */

/** An answer with a business error code. UNCONFIRMED: the HTTP status that goes with each code. */
export class MexcError extends Error {
  override readonly name = "MexcError";

  /**
   * @param status HTTP status.
   * @param code Business code in the body.
   * @param message Text of the body's `msg`.
   */
  constructor(readonly status: number, readonly code: number, message: string) {
    super(message);
  }
}

/** The errors of the public endpoints. UNCONFIRMED wording except for the invalid symbol. */
export const mexcErrors = {
  /** There is no such symbol. */
  invalidSymbol: (): MexcError => new MexcError(400, -1121, "Invalid symbol."),
  /** Parameters that exclude each other were sent together. */
  badCombination: (): MexcError => new MexcError(400, -1128, "Combination of optional parameters invalid."),
  /** A mandatory parameter is absent. */
  missingParameter: (name: string): MexcError => new MexcError(400, 44444, `Parameter ${name} is null`),
  /** A parameter has a value that is not allowed. */
  badParameter: (name: string): MexcError => new MexcError(400, 33333, `Parameter ${name} error`),
  /** There is no such endpoint. */
  notFound: (): MexcError => new MexcError(404, 404, "Not Found"),
  /** The endpoint does not take this method. */
  methodNotAllowed: (): MexcError => new MexcError(405, 405, "Method Not Allowed"),
};
