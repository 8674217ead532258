/**
 * Settles the funding of contracts at its second.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { FundingSchedule } from "./funding.ts";
import type { MarketInstrument } from "./market_instrument.ts";

/** Premiums are noted this often, on the grid of the wall clock, which holds every settlement. */
const sampleMs = 10_000;

/** A contract with funding. */
interface Contract {
  readonly instrument: MarketInstrument;
  readonly funding: FundingSchedule;
  /** Unix seconds of its next settlement. */
  nextSeconds: number;
}

/** Notes the premiums of contracts and settles them when they are due. A delisted contract pays nothing any more. */
export class FundingClock {
  readonly #clock: Clock;
  readonly #instruments: readonly MarketInstrument[];
  #contracts: readonly Contract[] = [];
  #timer: Timer | undefined;
  #dueMs = 0;

  /** @param instruments Those without funding are left alone. */
  constructor(clock: Clock, instruments: readonly MarketInstrument[]) {
    this.#clock = clock;
    this.#instruments = instruments;
  }

  /** Starts; settlements of the time before are not made up for. */
  start(): void {
    const nowMs = this.#clock.epochMs();
    this.#contracts = this.#instruments.flatMap((instrument) => {
      const { funding } = instrument;
      if (funding === undefined) return [];
      return [{ instrument, funding, nextSeconds: funding.nextSettlement(nowMs) }];
    });
    if (this.#contracts.length === 0) return;
    for (const contract of this.#contracts) note(contract, nowMs);
    this.#arm(nowMs);
  }

  /** Stops for good. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(nowMs: number): void {
    this.#dueMs = (Math.floor(nowMs / sampleMs) + 1) * sampleMs;
    this.#wait(nowMs);
  }

  #wait(nowMs: number): void {
    // A wall clock that was set back must not make the wait longer than a step.
    const waitMs = Math.min(sampleMs, this.#dueMs - nowMs);
    this.#timer = this.#clock.setTimer(waitMs, () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#clock.epochMs();
    if (nowMs < this.#dueMs) return this.#wait(nowMs);
    this.#arm(nowMs);
    for (const contract of this.#contracts) {
      if (contract.instrument.listing.status === "delisted") continue;
      while (contract.nextSeconds * 1000 <= nowMs) settle(contract);
      note(contract, nowMs);
    }
  }
}

function settle(contract: Contract): void {
  const { instrument, funding } = contract;
  const { mid } = instrument;
  const settlementSeconds = contract.nextSeconds;
  contract.nextSeconds += funding.intervalSeconds;
  funding.settle(settlementSeconds, Number.isNaN(mid) ? instrument.indexPrice : mid);
}

function note({ instrument, funding }: Contract, nowMs: number): void {
  const premium = instrument.mid / instrument.indexPrice - 1;
  if (!Number.isNaN(premium)) funding.sample(nowMs, premium);
}
