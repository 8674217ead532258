/**
 * A program that opens a journal and writes into it until it is killed: it says the number of each record that is
 * written. A journal that it cannot have it tells of, and ends.
 * @module
 */
import { SystemClock } from "../../src/core/clock.ts";
import { FileJournal } from "../../src/execution/journal/file_journal.ts";

const [directory = "", stop = ""] = Deno.args;
const say = (text: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};

try {
  const { journal, state } = await FileJournal.open({ directory, clock: new SystemClock(), keptFiles: 3 });
  say(`open ${state.lastSequence}`);
  for (let n = 1; stop !== "idle"; n++) {
    journal.append({ kind: "stopped", scope: `${n}`, why: "x".repeat(n % 700) });
    say(`${journal.lastSequence}`);
    if (n % 500 === 0) {
      journal.takeSnapshot({
        ...{ positions: [], flows: [], feesQuote: 0, fillsUntil: 0 },
        isSettled: () => true,
      });
      say(`${journal.lastSequence}`);
      // Lets the timer of the disk run.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 60_000));
} catch (error) {
  say(`refused ${(error as Error).name} ${(error as Error).message}`);
}
