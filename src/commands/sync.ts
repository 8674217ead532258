/**
 * `cexarb sync`: brings the venues and symbols of the database to what the program knows and the venues list.
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { findCredentials } from "../config/credentials.ts";
import { DatabaseConfigManager } from "../config/database_config.ts";
import type { ExchangeSettings, HftConfig } from "../config/hft_config.ts";
import { SystemClock } from "../core/clock.ts";
import type { CoinContract } from "../core/coin_identity.ts";
import { CexarbError, ConfigError } from "../core/errors.ts";
import { exchangeByKey } from "../core/exchange.ts";
import { SeededRandom } from "../core/random.ts";
import { VenueConnections } from "../engine/venue_connections.ts";
import { getCoinContractSource } from "../exchanges/coin_contracts.ts";
import type { Logger } from "../logging/logger.ts";
import { SystemNetwork } from "../net/system_network.ts";
import type { Database } from "../storage/database.ts";
import { EmbeddedDatabase } from "../storage/embedded_database.ts";
import { migrate } from "../storage/migrations.ts";
import { schema } from "../storage/schema.ts";
import { ServerDatabase } from "../storage/server_database.ts";
import { ExchangeSyncService, type SymbolSource, SymbolSyncService } from "../storage/sync/mod.ts";
import { loadNamedConfig } from "./config_file.ts";
import { writeLine } from "./output.ts";
import { withLog } from "./program_log.ts";
import { syncDocument, syncLines, type SyncReport } from "./sync_view.ts";

interface SyncOptions {
  readonly config?: string;
  readonly maxDelistedShare?: number;
  readonly json: boolean;
}

/** The verb `sync`. */
export function syncCommand(): Command {
  return new Command("sync")
    .description("brings the symbols in the database to what the venues list, and shows what has changed")
    .option("--config <file>", "YAML file with venues and a database that lasts, such as config/paper.yaml")
    .option(
      "--max-delisted-share <share>",
      "share of a venue's symbols that may vanish at once, 0 to 1 (default: 0.2)",
      parseShare,
    )
    .option("--json", "standard output is one JSON document", false)
    .action(sync);
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError(`"${text}" is not a number from 0 to 1`);
}

async function sync(options: SyncOptions): Promise<void> {
  if (options.config === undefined) {
    throw new ConfigError(
      "There is no database to synchronise: name a file with --config that has storage.dataDirectory or storage.server",
    );
  }
  const config = loadNamedConfig(options.config).config;
  const database = await openDatabase(config, options.config);
  let report: SyncReport;
  try {
    await migrate(database, schema);
    // That connections are made is no news here.
    const level = config.log.level === "info" ? "warn" : config.log.level;
    report = await withLog(
      config.log,
      { verb: "sync", drain: "inline", level },
      (log) => synchronise(config, database, log.logger(""), options.maxDelistedShare),
    );
  } finally {
    await database.close();
  }
  if (options.json) writeLine(JSON.stringify(syncDocument(report)));
  else for (const line of syncLines(report)) writeLine(line);
  const failed = report.symbols.venues.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    throw new CexarbError(failed.map(({ exchange, error }) => `${exchange}: ${error}`).join("\n        "));
  }
}

/** The server's database or the one in the data directory. */
function openDatabase({ storage }: HftConfig, file: string): Promise<Database> {
  const { server, dataDirectory } = new DatabaseConfigManager(storage);
  if (server !== undefined) return ServerDatabase.open(server);
  if (dataDirectory !== undefined) return EmbeddedDatabase.open(dataDirectory);
  throw new ConfigError(
    `${file}: storage names neither a dataDirectory nor a server: a database in memory lasts for nobody`,
  );
}

async function synchronise(
  { exchanges, seed }: HftConfig,
  database: Database,
  logger: Logger,
  maxDelistedShare: number | undefined,
): Promise<SyncReport> {
  const clock = new SystemClock();
  const random = new SeededRandom(seed).fork("sync");
  const network = new SystemNetwork();
  const connections = new VenueConnections({ clock, random, logger, queries: network });
  try {
    const sources = exchanges.map((settings): SymbolSource => ({
      exchange: settings.exchange,
      fetchSymbols: () => connections.publicRest(settings).fetchSymbols(),
      fetchContracts: contractSource(settings, connections),
    }));
    const retrying = { clock, random, database };
    const share = maxDelistedShare === undefined ? {} : { maxDelistedShare };
    return {
      exchanges: await new ExchangeSyncService(retrying).sync(),
      symbols: await new SymbolSyncService({ ...retrying, ...share, sources }).sync(),
    };
  } finally {
    await connections.close();
  }

  /** Gate.io tells everybody, MEXC the owner of a key; undefined without one. */
  function contractSource(
    settings: ExchangeSettings,
    connections: VenueConnections,
  ): SymbolSource["fetchContracts"] {
    const { exchange, endpoints } = settings;
    const open = getCoinContractSource(exchange, network, endpoints.rest);
    if (open !== undefined) return open;
    const credentials = exchangeByKey(exchange).market === "spot" ? findCredentials(exchange) : undefined;
    if (credentials === undefined || exchange === "GATEIO_FUTURES") return undefined;
    return async (): Promise<readonly CoinContract[]> => {
      const account = await connections.open({ exchange, endpoints, credentials, instruments: [] });
      return await account.rest([]).networks();
    };
  }
}
