/**
 * Exchanges in a box: MEXC spot, Gate.io spot and Gate.io USDT futures with their real wire formats, on real
 * sockets or inside the process. Shares no codec, book or client with the engine.
 * @module
 */
export type { Account, ApiKey, Permission, VenueFamily } from "./accounts/account.ts";
export type { AccountOptions, AccountRegistry } from "./accounts/account_registry.ts";
export { type Ledger, type LedgerCause, type LedgerEntry, ledgerLine } from "./accounts/ledger.ts";
export { type CaptureOptions, CaptureSource } from "./capture/capture_source.ts";
export { DrivenCapture, type DrivenCaptureOptions } from "./capture/driven_capture.ts";
export type { CaptureFrame } from "./capture/capture_file.ts";
export type { SimulatorEndpoints, VenueEndpoints } from "./endpoints.ts";
export type { Faults } from "./faults.ts";
export type { Listing } from "./market/listing.ts";
export type { MarketSource, OpenMarket, SourceContext } from "./market/market_source.ts";
export type { TruthBook } from "./market/truth_book.ts";
export type { ListingEvent, ListingPlan, RandomHalts } from "./market/listing_clock.ts";
export type { BurstOptions } from "./model/basis.ts";
export type { FactorOptions } from "./model/market_factor.ts";
export { defaultBursts, MarketModel, type MarketModelOptions } from "./model/market_model.ts";
export { defaultAssets, type ModelAsset, type VenueSteps } from "./model/model_assets.ts";
export { marketFactor, syntheticAssets, type SyntheticOptions } from "./model/synthetic_assets.ts";
export { type ListenOptions, Simulator, type SimulatorOptions } from "./simulator.ts";
export type { SimulatorTruth } from "./simulator_truth.ts";
export { defaultLatency, type LatencyProfile, type LatencySpec, noLatency } from "./transport/latency.ts";
export { type TapeOptions, TapeSource, type TapeVenue } from "./tape/tape_source.ts";
export {
  Simulation,
  type SimulationAccount,
  type SimulationDescription,
  stockAccount,
} from "./simulation.ts";
export { parseSimulationConfig, type SimulationConfig } from "./simulation_config.ts";
export { FaultScript } from "./faults/fault_script.ts";
export { type FaultKind, type FaultRule, parseFaultRule } from "./faults/fault_rule.ts";
