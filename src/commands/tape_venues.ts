/**
 * Which exchange's rules apply to the venues of a tape.
 * @module
 */
import { DecimalStep } from "../core/decimal_step.ts";
import { ConfigError } from "../core/errors.ts";
import { exchangeByKey, type ExchangeKey, exchanges } from "../core/exchange.ts";
import { unitStep } from "../core/instrument.ts";
import type { TapeVenue } from "../engine/tape_books.ts";
import type { TapeSteps } from "../engine/tape_steps.ts";

/** Names that tapes use, besides the keys of the exchanges in lower case. */
const names: Readonly<Record<string, ExchangeKey>> = {
  ...Object.fromEntries(exchanges.map(({ key }) => [key.toLowerCase(), key])),
  gate_spot: "GATEIO_SPOT",
  gate_futures: "GATEIO_FUTURES",
};

/** Values of the options `--venue NAME=KEY` and `--contract-size NAME=NUMBER`. */
export interface TapeVenueOptions {
  readonly venue: ReadonlyMap<string, string>;
  readonly contractSize: ReadonlyMap<string, string>;
}

/** Values of the options `--tick NAME=NUMBER` and `--lot NAME=NUMBER`. */
export interface TapeStepOptions {
  readonly tick: ReadonlyMap<string, string>;
  readonly lot: ReadonlyMap<string, string>;
}

/** The rules of a tape's venues by index, and what the reader should know about them. */
export interface TapeVenues {
  readonly venues: readonly (Pick<TapeVenue, "exchange" | "contractSize"> | undefined)[];
  readonly notes: string[];
}

/**
 * Finds the rules of every venue of a tape.
 *
 * @throws {ConfigError} when an option names an exchange or a size that does not exist, or a venue that is not
 * in the tape.
 */
export function resolveVenues(tapeVenues: readonly string[], options: TapeVenueOptions): TapeVenues {
  checkNames(tapeVenues, [options.venue, options.contractSize]);
  const notes: string[] = [];
  const taken = new Set<ExchangeKey>();
  const venues = tapeVenues.map((name) => {
    const given = options.venue.get(name);
    const exchange = given === undefined ? names[name.toLowerCase()] : exchangeByKey(given).key;
    if (exchange === undefined) {
      notes.push(`Venue ${name} is counted but not traded: --venue ${name}=KEY says whose rules apply to it`);
      return undefined;
    }
    if (taken.has(exchange)) {
      throw new ConfigError(`Two venues of the tape are ${exchange}: one of them needs another key`);
    }
    taken.add(exchange);
    return { exchange, contractSize: contractSizeOf(name, exchange, options, notes) };
  });
  return { venues, notes };
}

/**
 * The venues with their steps: those that an option names, else those of the tape's own numbers.
 *
 * @param seen Steps of the venues' numbers, by index.
 * @throws {ConfigError} when an option names a step that cannot be one, or a venue that is not in the tape.
 */
export function withSteps(
  tapeVenues: readonly string[],
  { venues }: TapeVenues,
  seen: readonly TapeSteps[],
  { tick, lot }: TapeStepOptions,
): (TapeVenue | undefined)[] {
  checkNames(tapeVenues, [tick, lot]);
  return venues.map((venue, index) =>
    venue && {
      ...venue,
      tick: stepOf(tick, tapeVenues[index]!) ?? seen[index]!.tick,
      lot: stepOf(lot, tapeVenues[index]!) ?? seen[index]!.lot,
    }
  );
}

function checkNames(tapeVenues: readonly string[], options: readonly ReadonlyMap<string, string>[]): void {
  for (const name of options.flatMap((option) => [...option.keys()])) {
    if (!tapeVenues.includes(name)) {
      throw new ConfigError(`The tape has no venue "${name}": it has ${tapeVenues.join(", ")}`);
    }
  }
}

function contractSizeOf(
  name: string,
  exchange: ExchangeKey,
  { contractSize }: TapeVenueOptions,
  notes: string[],
): DecimalStep {
  const given = stepOf(contractSize, name);
  if (given !== undefined) return given;
  if (exchangeByKey(exchange).market === "perpetual") {
    notes.push(
      `Sizes of ${name} are taken as base units: --contract-size ${name}=NUMBER says what a contract is`,
    );
  }
  return unitStep;
}

function stepOf(option: ReadonlyMap<string, string>, name: string): DecimalStep | undefined {
  const text = option.get(name);
  return text === undefined ? undefined : DecimalStep.parse(text);
}
