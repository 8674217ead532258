/**
 * `cexarb simulate`: a testnet for any program that speaks MEXC or Gate.io.
 * @module
 */
import { Command } from "commander";
import defaultYaml from "../../config/simulate.yaml" with { type: "text" };
import { ConfigError } from "../core/errors.ts";
import {
  parseSimulationConfig,
  Simulation,
  type SimulationAccount,
  type SimulationConfig,
  type SimulationDescription,
} from "../simulator/mod.ts";
import { Interruption } from "./interruption.ts";
import { parseDuration, readNamedFile } from "./option_parsers.ts";
import { writeLine } from "./output.ts";
import { openSimulationMarket } from "./simulation_market.ts";

interface SimulateOptions {
  readonly config?: string;
  readonly for?: number;
  readonly json: boolean;
}

/** The verb `simulate`. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "serves MEXC spot, Gate.io spot and Gate.io futures on local ports, with accounts, until Ctrl-C",
    )
    .option("--config <file>", "YAML file; without it that of config/simulate.yaml")
    .option("--for <duration>", "end after this time, such as 30s or 5m", parseDuration)
    .option(
      "--json",
      "the first line of standard output is one JSON object with all addresses and keys",
      false,
    )
    .action(simulate);
}

async function simulate(options: SimulateOptions): Promise<void> {
  const interruption = new Interruption();
  try {
    const config = options.config === undefined
      ? parseSimulationConfig(defaultYaml, "config/simulate.yaml")
      : parseSimulationConfig(await readNamedFile(options.config), options.config);
    const simulation = new Simulation(config, await openSimulationMarket(config));
    try {
      const description = await start(simulation, config);
      writeLine(options.json ? JSON.stringify(description) : describe(description));
      await interruption.orAfter(options.for);
    } finally {
      await simulation.stop();
    }
  } finally {
    interruption.stop();
  }
}

async function start(simulation: Simulation, { ports }: SimulationConfig): Promise<SimulationDescription> {
  try {
    return await simulation.start();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new ConfigError(
      `Cannot open the ports: one of ${ports.mexc}, ${ports.gateio}, ${ports.control} is taken on 127.0.0.1. ` +
        "Choose others under ports, or 0 for free ones",
    );
  }
}

/** What a person wants to copy. */
function describe({ venues, accounts, control }: SimulationDescription): string {
  const lines = ["The exchanges accept connections:"];
  for (const [key, { rest, ws }] of Object.entries(venues)) lines.push(`  ${key.padEnd(14)} ${rest}  ${ws}`);
  lines.push(`  ${"control".padEnd(14)} ${control}`, "", "Accounts:");
  for (const { venues: own, apiKey, secretKey, uid } of accounts) {
    lines.push(`  ${own.join(" and ")}: uid ${uid}`, `    key    ${apiKey}`, `    secret ${secretKey}`);
  }
  return [...lines, "", "Try:", ...examples(venues, accounts, control).map((line) => `  ${line}`)].join("\n");
}

function examples(
  { MEXC_SPOT, GATEIO_SPOT, GATEIO_FUTURES }: SimulationDescription["venues"],
  accounts: readonly SimulationAccount[],
  control: string,
): string[] {
  const lines = [
    `curl '${MEXC_SPOT.rest}/api/v3/ticker/bookTicker'`,
    `curl '${GATEIO_SPOT.rest}/spot/tickers'`,
    `curl '${GATEIO_FUTURES.rest}/futures/usdt/tickers'`,
    `curl '${control}/'`,
  ];
  const mexc = accounts.find(({ venues }) => venues.includes("MEXC_SPOT"));
  if (mexc !== undefined) {
    lines.push(
      `q="timestamp=$(date +%s)000"; curl -H 'X-MEXC-APIKEY: ${mexc.apiKey}' ` +
        `"${MEXC_SPOT.rest}/api/v3/account?$q&signature=$(printf %s "$q" | ` +
        `openssl dgst -sha256 -hmac '${mexc.secretKey}' -r | cut -d' ' -f1)"`,
    );
  }
  return lines;
}
