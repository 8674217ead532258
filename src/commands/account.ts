/**
 * `cexarb account`: what the venues say about the accounts whose keys are in the environment. Changes nothing there.
 * @module
 */
import { Command } from "commander";
import defaultYaml from "../../config/paper.yaml" with { type: "text" };
import { credentialVariables } from "../config/credentials.ts";
import { ExchangeConfigManager } from "../config/exchange_config.ts";
import { type ExchangeSettings, type HftConfig, parseConfig } from "../config/hft_config.ts";
import { SystemClock } from "../core/clock.ts";
import { CexarbError, ConfigError } from "../core/errors.ts";
import { exchangeByKey } from "../core/exchange.ts";
import { SeededRandom } from "../core/random.ts";
import { askForAccount } from "../engine/account_report.ts";
import { VenueConnections } from "../engine/venue_connections.ts";
import type { HftLoggerFactory } from "../logging/hft_logger_factory.ts";
import { SystemNetwork } from "../net/system_network.ts";
import { accountDocument, accountLines, type VenueAnswer } from "./account_view.ts";
import { loadNamedConfig } from "./config_file.ts";
import { writeLine } from "./output.ts";
import { withLog } from "./program_log.ts";

interface AccountOptions {
  readonly config?: string;
  readonly exchange?: readonly string[];
  readonly json: boolean;
}

type Credentials = ReturnType<ExchangeConfigManager["findCredentials"]>;

/** The verb `account`. */
export function accountCommand(): Command {
  return new Command("account")
    .description("shows the accounts whose keys are in the environment; changes nothing there")
    .option("--config <file>", "YAML file with venues and pairs; without it that of config/paper.yaml")
    .option("--exchange <key...>", "only these venues, such as MEXC_SPOT")
    .option("--json", "standard output is one JSON document", false)
    .action(account);
}

async function account(options: AccountOptions): Promise<void> {
  const config = options.config === undefined
    ? parseConfig(defaultYaml, "config/paper.yaml")
    : loadNamedConfig(options.config).config;
  const answers = await ask(config, chosenVenues(config, options.exchange));
  if (options.json) writeLine(JSON.stringify(accountDocument(answers)));
  else for (const line of answers.flatMap(accountLines)) writeLine(line);
  const problems = answers.filter(({ kind }) => kind === "refused" || kind === "failed");
  if (problems.length > 0) throw new CexarbError(problems.map(problem).join("\n        "));
}

function problem({ exchange, kind }: VenueAnswer): string {
  return kind === "refused" ? `${exchange} refused the key` : `${exchange} could not be asked`;
}

/** The venues with their credentials, those of the configuration or those of them that were asked for. */
function chosenVenues(
  { exchanges }: HftConfig,
  keys: readonly string[] | undefined,
): readonly (readonly [ExchangeSettings, Credentials])[] {
  const manager = new ExchangeConfigManager(exchanges);
  if (keys !== undefined) {
    const chosen = new Set(keys.map((key) => exchangeByKey(key).key));
    return [...chosen].map((exchange) =>
      [manager.get(exchange), manager.requireCredentials(exchange)] as const
    );
  }
  const venues = manager.all.map((settings) =>
    [settings, manager.findCredentials(settings.exchange)] as const
  );
  if (venues.every(([, credentials]) => credentials === undefined)) {
    const names = new Set(exchanges.map(({ exchange }) => credentialVariables(exchange).join(" and ")));
    throw new ConfigError(
      `There is no account to show: set the environment variables ${[...names].join(", or ")}`,
    );
  }
  return venues;
}

async function ask(
  config: HftConfig,
  venues: readonly (readonly [ExchangeSettings, Credentials])[],
): Promise<VenueAnswer[]> {
  // That connections are made is no news here.
  const level = config.log.level === "info" ? "warn" : config.log.level;
  return await withLog(
    config.log,
    { verb: "account", drain: "inline", level },
    (log) => askVenues(config, venues, log),
  );
}

async function askVenues(
  { pairs, seed }: HftConfig,
  venues: readonly (readonly [ExchangeSettings, Credentials])[],
  log: HftLoggerFactory,
): Promise<VenueAnswer[]> {
  const clock = new SystemClock();
  const connections = new VenueConnections({
    clock,
    random: new SeededRandom(seed).fork("accounts"),
    logger: log.logger(""),
    audit: log.audit,
    queries: new SystemNetwork(),
  });
  try {
    return await Promise.all(venues.map(async ([settings, credentials]): Promise<VenueAnswer> => {
      const { exchange } = settings;
      if (credentials === undefined) return { exchange, kind: "no-credentials" };
      const answer = await askForAccount(connections, { ...settings, credentials }, pairs, clock);
      return { exchange, ...answer };
    }));
  } finally {
    await connections.close();
  }
}
