/**
 * Venues and symbols of the database, brought to those of the world.
 * @module
 */
export {
  type ExchangeSyncOptions,
  type ExchangeSyncReport,
  ExchangeSyncService,
  type FieldChange,
} from "./exchange_sync_service.ts";
export { type ChangedSymbol, defaultMaxDelistedShare, type ListingDiff } from "./listing_diff.ts";
export {
  type SymbolSource,
  type SymbolSyncOptions,
  type SymbolSyncReport,
  SymbolSyncService,
  type VenueSync,
} from "./symbol_sync_service.ts";
