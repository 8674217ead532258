/**
 * The log of a verb, from its start to its end.
 * @module
 */
import { LoggingConfigManager, type LogSection } from "../config/logging_config.ts";
import { ConfigError, errorMessage } from "../core/errors.ts";
import { HftLoggerFactory } from "../logging/hft_logger_factory.ts";
import type { LogLevel } from "../logging/logger.ts";
import { LogSetupError } from "../logging/logging_error.ts";
import type { LoggingSettings } from "../logging/logging_settings.ts";
import { Interruption } from "./interruption.ts";
import type { RunParts } from "./session.ts";

/** How a verb logs. */
export interface ProgramLogOptions {
  /** Name of the verb, for the audit trail. */
  readonly verb: string;
  /**
   * Who writes records out: a worker, for runs in real time; or the thread that makes them, for verbs that are over soon
   * and runs on simulated time.
   */
  readonly drain: "worker" | "inline";
  /** Lowest level that is written, instead of the configuration's. */
  readonly level?: LogLevel;
}

/**
 * Opens the log that a configuration asks for, has it used, and writes it out and closes it whatever happens, also when
 * the program ends by an error that nobody catches.
 *
 * @throws {ConfigError} when the configuration's log is not possible.
 */
export async function withLog<Result>(
  section: LogSection,
  { verb, drain, level }: ProgramLogOptions,
  work: (log: HftLoggerFactory) => Promise<Result>,
): Promise<Result> {
  const { settings } = new LoggingConfigManager(section);
  const log = openLog(level === undefined ? settings : { ...settings, level }, drain);
  const stopWatching = [flushOnUncaught(log), flushOnSignals(log)];
  log.audit.operator("Started", { verb });
  let end: { readonly [name: string]: string } = { result: "done" };
  try {
    return await work(log);
  } catch (error) {
    end = { result: "failed", error: errorMessage(error) };
    throw error;
  } finally {
    log.audit.operator("Ended", { verb, ...end });
    await log.close();
    for (const stop of stopWatching) stop();
  }
}

/** What a run takes of a log. */
export function partsOf(log: HftLoggerFactory): Required<Pick<RunParts, "logger" | "audit" | "logSeries">> {
  return { logger: log.logger(""), audit: log.audit, logSeries: () => log.metrics().series };
}

function openLog(settings: LoggingSettings, drain: "worker" | "inline"): HftLoggerFactory {
  try {
    return new HftLoggerFactory(settings, { drain });
  } catch (error) {
    throw error instanceof LogSetupError ? new ConfigError(`log: ${error.message}`) : error;
  }
}

/** Ends the program when a signal asks for that, after what is in the log is written; unless a run does so itself. */
function flushOnSignals(log: HftLoggerFactory): () => void {
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const onSignal = (): void => {
      if (Interruption.isAwaited) return;
      log.audit.operator("Ended", { result: signal });
      log.flushSync();
      Deno.exit(codes[signal]);
    };
    Deno.addSignalListener(signal, onSignal);
    return () => Deno.removeSignalListener(signal, onSignal);
  });
  return () => listeners.forEach((stop) => stop());
}

/** Writes errors that nobody catches into the log before the program ends by them. */
function flushOnUncaught(log: HftLoggerFactory): () => void {
  const logger = log.logger("");
  const note = (error: unknown): void => {
    const stack = error instanceof Error ? error.stack ?? error.message : errorMessage(error);
    logger.error("The program ends by an error that nobody expected", { error: stack });
    log.audit.operator("Crashed", { error: errorMessage(error) });
    log.flushSync();
  };
  const onError = (event: ErrorEvent): void => note(event.error);
  const onRejection = (event: PromiseRejectionEvent): void => note(event.reason);
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return () => {
    globalThis.removeEventListener("error", onError);
    globalThis.removeEventListener("unhandledrejection", onRejection);
  };
}
