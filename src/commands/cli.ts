/**
 * The command line: which verbs there are, and what the exit code says.
 * @module
 */
import { Command, CommanderError } from "commander";
import { CexarbError, ConfigError, DataFileError, errorMessage } from "../core/errors.ts";
import { accountCommand } from "./account.ts";
import { auditCommand } from "./audit.ts";
import { configCommand } from "./config.ts";
import { demoCommand } from "./demo.ts";
import { writeError, writeLine } from "./output.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { simulateCommand } from "./simulate.ts";
import { syncCommand } from "./sync.ts";

/** Everything went as asked. */
const ok = 0;
/** Something failed that was not the caller's doing. */
const failed = 1;
/** The call, the configuration or a file named in it is wrong. */
const usage = 2;

/** Interrupted before there was anything to end: what shells say of SIGINT. */
const interrupted = 130;

/**
 * Runs a command line and returns the exit code: 0 done, 1 failed, 2 wrong call, configuration or file, 130
 * interrupted before the run began.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = new Command("cexarb")
    .description("Finds and trades price differences between MEXC spot, Gate.io spot and Gate.io perpetuals.")
    .showHelpAfterError("(--help shows what there is)")
    .showSuggestionAfterError()
    .configureOutput({
      // Help has no colours; asking for them would read the environment, which the program may not.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      writeOut: (text) => writeLine(text.trimEnd()),
      writeErr: (text) => writeError(text.trimEnd()),
    })
    .exitOverride();
  for (
    const command of [
      demoCommand(),
      runCommand(),
      replayCommand(),
      simulateCommand(),
      accountCommand(),
      syncCommand(),
      auditCommand(),
      configCommand(),
    ]
  ) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const nested of command.commands) nested.copyInheritedSettings(command);
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return ok;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  // Help and wrong options have been written already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ok : usage;
  if (error instanceof CexarbError) {
    writeError(`cexarb: ${error.message}`);
    return error instanceof ConfigError || error instanceof DataFileError ? usage : failed;
  }
  if (error instanceof Deno.errors.Interrupted) {
    writeError(`cexarb: ${error.message}`);
    return interrupted;
  }
  writeError(
    `cexarb: unexpected error: ${
      error instanceof Error ? error.stack ?? error.message : errorMessage(error)
    }`,
  );
  return failed;
}
