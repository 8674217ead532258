/**
 * The journal of a run that trades with money: it is locked before anything else begins, and free again afterwards.
 * @module
 */
import { journalDirectory } from "../config/execution_config.ts";
import type { HftConfig } from "../config/hft_config.ts";
import type { Clock } from "../core/clock.ts";
import { ConfigError } from "../core/errors.ts";
import { FileJournal } from "../execution/journal/file_journal.ts";
import type { TornTail } from "../execution/journal/journal_line.ts";
import type { JournalState } from "../execution/journal/journal_state.ts";
import type { SequencedJournal } from "../execution/journal/sequenced_journal.ts";
import type { Logger } from "../logging/logger.ts";

/** A journal that was opened. Whoever opened it closes it, when the run has ended. */
export interface LiveJournal {
  readonly journal: SequencedJournal;
  /** What it said when it was opened. */
  readonly state: JournalState;
  /** What was cut off its end. */
  readonly torn?: TornTail;
}

/** What a journal on the disk is opened with. */
export interface LiveJournalOptions {
  readonly config: Pick<HftConfig, "execution" | "storage">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the journal that the configuration names, works with it, and closes it however that ends. Two programs on one
 * journal share accounts and their request limits: the second one is refused here, before it has asked for anything.
 *
 * @throws {ConfigError} when the configuration has no folder for it.
 * @throws {JournalError} when another process has the journal, or it cannot be read or written.
 */
export async function withLiveJournal<Result>(
  { config, clock, logger }: LiveJournalOptions,
  work: (opened: LiveJournal) => Promise<Result>,
): Promise<Result> {
  const directory = journalDirectory(config);
  if (directory === undefined) {
    throw new ConfigError("Trading live needs a journal on a disk: set execution.journal.directory");
  }
  const { syncMs, segments } = config.execution.journal;
  const opened = await FileJournal.open({
    directory,
    clock,
    syncMs,
    keptFiles: segments,
    onProblem: (problem) => logger.error("Journal", { problem }),
  });
  try {
    if (opened.torn !== undefined) logger.warn("The end of the journal was cut off", { ...opened.torn });
    return await work(opened);
  } finally {
    await opened.journal.close();
  }
}
