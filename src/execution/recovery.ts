/**
 * What comes before the first trade of a run: whatever an earlier run has left is known, ended and booked.
 * @module
 */
import { OrderRecovery } from "./recovery_orders.ts";
import { AccountRecovery } from "./recovery_accounts.ts";
import { RecoveryContext, type RecoveryWorld } from "./recovery_context.ts";
import type { TakenUp } from "./recovery_memory.ts";
import { RecoveryFindings, type RecoveryReport } from "./recovery_report.ts";
import type { SnapshotFacts } from "./journal/sequenced_journal.ts";
import type { TornTail } from "./journal/journal_line.ts";

/** Venues stamp their fills with clocks that are at most so far behind, milliseconds. */
const clockDifferenceMs = 300_000;

/** What {@link recover} takes. */
export interface RecoveryOptions extends RecoveryWorld {
  /** What was taken up before the venues were listened to. */
  readonly taken: TakenUp;
  /** What was cut off the end of the journal. */
  readonly torn?: TornTail | undefined;
  /** Stops acquisition of a coin or, with `all`, of everything, and writes that down. */
  stop(scope: string, why: string): void;
  /** Books the funding payments since the last run; asked again when it fails. */
  readonly bookFunding?: (() => Promise<unknown>) | undefined;
  /** Writes down everything that is known at the end. */
  readonly takeSnapshot?: ((facts: SnapshotFacts) => void) | undefined;
}

/**
 * Finds the orders of the journal at the venues, ends those that are open, books what nobody told, and compares positions
 * and balances. Nothing is traded: what is unhedged afterwards is in the exposure, and the executions that were
 * interrupted are in the report. The venues are to be live, and listened to. A venue that does not answer is asked until
 * it does.
 *
 * @throws {JournalError} when the journal cannot be written; otherwise only the reason of the signal.
 */
export async function recover(options: RecoveryOptions): Promise<RecoveryReport> {
  const { clock, logger, taken, bookFunding, venues } = options;
  const startedAt = clock.epochMs();
  const findings = new RecoveryFindings(logger);
  const context = new RecoveryContext(options, findings);
  tellMemory(options, findings);
  const orders = new OrderRecovery(context, taken);
  await orders.endAll();
  await orders.findFills();
  const accounts = new AccountRecovery({
    context,
    findFills: async (instruments) => {
      await Promise.all(instruments.map((instrument) => orders.fillsOf(instrument)));
      await orders.settle();
    },
    stop: (scope, why) => options.stop(scope, why),
  });
  await accounts.comparePositions();
  if (bookFunding !== undefined) {
    const [futures] = [...venues.values()].filter(({ positions }) => positions !== undefined);
    if (futures !== undefined) await context.answer(futures.exchange, "funding payments", bookFunding);
  }
  const balances = await accounts.compareBalances();
  takeSnapshot(options, startedAt);
  const endedAt = clock.epochMs();
  logger.info("Recovered", { findings: findings.all.length, tookMs: endedAt - startedAt });
  return { startedAt, endedAt, findings: findings.all, interrupted: taken.interrupted, balances };
}

/** What the journal itself says of the end of the last run. */
function tellMemory({ taken, torn }: RecoveryOptions, findings: RecoveryFindings): void {
  if (torn !== undefined) {
    const text =
      `The last ${torn.bytes} bytes of the journal were not written whole and were cut off: ${torn.text}`;
    findings.tell("torn", undefined, "journal", text);
  }
  for (const { facts: { execution, strategy, purpose }, orders } of taken.interrupted) {
    const names = orders.map(({ request }) => request.clientOrderId).join(", ");
    const text = `Execution ${execution} (${strategy}, ${purpose}) was interrupted; its orders are ${names}`;
    findings.tell("interrupted", undefined, String(execution), text);
  }
  for (const { strategy, buy, sell, quantity } of taken.lostHoldings) {
    const text =
      `${strategy} holds ${quantity} bought at ${buy.exchange} ${buy.symbol} and sold at ${sell.exchange} ` +
      `${sell.symbol}, which the run does not trade against each other: take it off by hand or configure both`;
    findings.tell("lost-holding", buy.exchange, buy.symbol, text);
  }
}

function takeSnapshot({ flow, takeSnapshot }: RecoveryOptions, startedAt: number): void {
  takeSnapshot?.({
    ...flow.ledger.snapshot(),
    fillsUntil: startedAt - clockDifferenceMs,
    isSettled: (id) => flow.tracker.find(id)?.isSettled ?? true,
  });
}
