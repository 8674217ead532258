/**
 * A futures account, the same for every venue.
 * @module
 */
import type {
  FundingPayment,
  MarginMode,
  PositionMode,
  PositionReport,
  RiskTier,
} from "../../core/account.ts";
import type { Instrument } from "../../core/instrument.ts";
import type { Outcome } from "../../core/order_request.ts";
import { CompositePrivateExchange } from "./composite_private_exchange.ts";
import type { FuturesPrivateRest } from "./private_rest.ts";

/** Trading and account of one futures venue. */
export class CompositePrivateFuturesExchange extends CompositePrivateExchange<FuturesPrivateRest> {
  /** Open positions, and flat ones that the venue lists. */
  positions(): Promise<PositionReport[]> {
    return this.rest.positions();
  }

  /** Sets the leverage of a contract; 0 for cross margin. */
  setLeverage(instrument: Instrument, leverage: number): Promise<Outcome<PositionReport[]>> {
    return this.rest.setLeverage(instrument, leverage);
  }

  /** Chooses isolated or cross margin. */
  setMarginMode(instrument: Instrument, mode: MarginMode): Promise<Outcome<PositionReport[]>> {
    return this.rest.setMarginMode(instrument, mode);
  }

  /** Moves margin into an isolated position, or out of it when negative; in the settlement coin. */
  changeMargin(
    instrument: Instrument,
    change: number,
    side?: "long" | "short",
  ): Promise<Outcome<PositionReport[]>> {
    return this.rest.changeMargin(instrument, change, side);
  }

  /** One position per contract, or two. */
  positionMode(): Promise<PositionMode> {
    return this.rest.positionMode();
  }

  /** Chooses it; refused while there are positions or orders. */
  setPositionMode(mode: PositionMode): Promise<Outcome<PositionMode>> {
    return this.rest.setPositionMode(mode);
  }

  /** Risk limits of a contract. */
  riskTiers(instrument: Instrument): Promise<RiskTier[]> {
    return this.rest.riskTiers(instrument);
  }

  /** Funding payments from this epoch millisecond on. */
  fundingPayments(instrument: Instrument, sinceMs: number): Promise<FundingPayment[]> {
    return this.rest.fundingPayments(instrument, sinceMs);
  }
}
