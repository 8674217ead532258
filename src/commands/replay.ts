/**
 * `cexarb replay`: recorded markets.
 * @module
 */
import { Command, Option } from "commander";
import demoYaml from "../../config/demo.yaml" with { type: "text" };
import tapeYaml from "../../config/replay.yaml" with { type: "text" };
import { parseConfig } from "../config/hft_config.ts";
import { ConfigError } from "../core/errors.ts";
import { loadNamedConfig } from "./config_file.ts";
import { collectPairs, parseAmount, parseAmounts, parseDuration } from "./option_parsers.ts";
import { replayCapture } from "./replay_capture.ts";
import { replayTape, type TapeOptions } from "./replay_tape.ts";

interface ReplayOptions extends Omit<TapeOptions, "tape"> {
  readonly tape?: string;
  readonly capture?: string;
  readonly config?: string;
}

const empty: ReadonlyMap<string, string> = new Map();

/** The verb `replay`. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("replays recorded markets: statistics, and what the engine makes of them")
    .addOption(
      new Option("--tape <file>", "best quotes of several venues, CSV or .csv.gz").conflicts("capture"),
    )
    .option("--capture <file>", "a recorded Gate.io spot session, JSON lines")
    .option("--threshold-bps <number>", "tape: count crossings above this as well", parseAmount, 10)
    .addOption(
      new Option("--quote-valid <duration>", "tape: time for which a quote counts").argParser(parseDuration)
        .default(5_000, "5s"),
    )
    .addOption(
      new Option("--venue <name=key>", "tape: whose rules apply to a venue, such as binance_spot=MEXC_SPOT")
        .argParser(collectPairs).default(empty, "none"),
    )
    .addOption(
      new Option("--contract-size <name=number>", "tape: base units a contract of a futures venue")
        .argParser(collectPairs).default(empty, "none"),
    )
    .addOption(
      new Option("--tick <name=number>", "tape: price step of a venue")
        .argParser(collectPairs).default(empty, "the decimals of its prices"),
    )
    .addOption(
      new Option("--lot <name=number>", "tape: step of a venue's sizes, contracts on futures")
        .argParser(collectPairs).default(empty, "the decimals of its sizes"),
    )
    .option("--config <file>", "tape: settings to trade with (default: config/replay.yaml, built in)")
    .option("--min-edge <bps>", "tape: least edge and expected value of a trade", parseAmount)
    .addOption(
      new Option("--sweep <bps,bps,...>", "tape: trades it with each of these thresholds as well")
        .argParser(parseAmounts).default([], "none"),
    )
    .option("--latency <duration>", "tape: time of an order to its venue, and of each answer", parseDuration)
    .option("--json", "the last line of standard output is one JSON object", false)
    .action(replay);
}

async function replay(options: ReplayOptions): Promise<void> {
  const { tape, capture, config } = options;
  if (tape !== undefined) {
    const settings = config === undefined
      ? parseConfig(tapeYaml, "config/replay.yaml")
      : loadNamedConfig(config).config;
    return await replayTape({ ...options, tape }, settings);
  }
  if (capture !== undefined) {
    return await replayCapture(capture, parseConfig(demoYaml, "config/demo.yaml"), options.json);
  }
  throw new ConfigError("Nothing to replay: name a file with --tape or --capture");
}
