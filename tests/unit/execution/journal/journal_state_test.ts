import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type JournalState, stateOf } from "../../../../src/execution/journal/journal_state.ts";
import { MemoryJournal } from "../../../../src/execution/journal/memory_journal.ts";
import type {
  JournalDay,
  JournalEvent,
  JournalFill,
  JournalOrder,
  JournalOrderState,
  JournalRecord,
  JournalSnapshot,
} from "../../../../src/execution/journal_record.ts";
import { journalEvent, lesserEvent } from "./journal_events.ts";

const ends = ["filled", "cancelled", "partially-cancelled", "rejected"];

function nameOf({ exchange, symbol, tradeId, side }: JournalFill): string {
  return `${exchange} ${symbol} ${tradeId} ${side}`;
}

/** Answers each question by itself, from the whole list of what came after the last snapshot. */
class NaiveState {
  readonly #base: JournalSnapshot | undefined;
  readonly #rest: readonly JournalRecord[];

  constructor(records: readonly JournalRecord[]) {
    const at = records.findLastIndex(({ kind }) => kind === "snapshot");
    this.#base = records[at] as JournalSnapshot | undefined;
    this.#rest = records.slice(at + 1);
  }

  #all<Kind extends JournalEvent["kind"]>(...kinds: Kind[]): (JournalRecord & { readonly kind: Kind })[] {
    return this.#rest.filter((record): record is JournalRecord & { readonly kind: Kind } =>
      (kinds as string[]).includes(record.kind)
    );
  }

  get bookings(): JournalRecord[] {
    return this.#all("fill", "adjustment", "funding");
  }

  get nextExecution(): number {
    const named = this.#all("order").map(({ order }) => /^cxj-(\d+)-/.exec(order.clientOrderId)?.[1] ?? "0");
    return Math.max(
      this.#base?.nextExecution ?? 1,
      ...this.#all("execution").map(({ execution }) => execution + 1),
      ...named.map((text) => parseInt(text, 36) + 1),
    );
  }

  get stops(): string[] {
    const scopes = ["all", "BTC", "LUNC"].map((scope) => {
      const last = this.#all("stopped", "resumed").findLast((record) => record.scope === scope);
      const base = this.#base?.stops.find((stop) => stop.scope === scope);
      const why = last === undefined ? base?.why : last.kind === "stopped" ? last.why : undefined;
      return why === undefined ? "" : `${scope} ${why}`;
    });
    return scopes.filter((text) => text !== "").sort();
  }

  get holdings(): string[] {
    const all = [...this.#base?.holdings ?? [], ...this.#all("holding").map(({ holding }) => holding)];
    const key = (index: number): string => {
      const { strategy, buy, sell } = all[index]!;
      return JSON.stringify([strategy, buy.exchange, buy.symbol, sell.exchange, sell.symbol]);
    };
    return all.filter((holding, index) =>
      holding.quantity !== 0 && !all.some((_, later) => later > index && key(later) === key(index))
    ).map((holding) => JSON.stringify(holding)).sort();
  }

  get fills(): string[] {
    const old = (this.#base?.recentFills ?? []).map(({ id }) => id);
    const added = this.#all("fill").map(({ fill }) => nameOf(fill));
    return [...new Set([...old, ...added])].sort();
  }

  get funding(): unknown[] {
    const added = this.#all("funding").map(({ instrument, amount, time }) => ({ instrument, amount, time }));
    return [...this.#base?.recentFunding ?? [], ...added];
  }

  get day(): JournalDay | null {
    return this.#all("day").at(-1)?.day ?? this.#base?.day ?? null;
  }

  get executions(): number[] {
    const numbers = [
      ...this.#base?.executions.map((one) => ({ execution: one.execution, sequence: 0 })) ?? [],
      ...this.#all("execution"),
    ];
    const open = numbers.filter(({ execution, sequence }) =>
      !this.#all("ended").some((end) => end.execution === execution && end.sequence > sequence)
    );
    return [...new Set(open.map(({ execution }) => execution))].sort((a, b) => a - b);
  }

  get orders(): JournalOrderState[] {
    const base = this.#base?.orders ?? [];
    const ids = [...base.map(({ order }) => order), ...this.#plans().map(({ order }) => order)]
      .map(({ clientOrderId }) => clientOrderId);
    return [...new Set(ids)].sort().map((id) => this.#order(id));
  }

  #plans(): { record: JournalRecord; execution: number; order: JournalOrder }[] {
    return this.#all("execution", "order").flatMap((record) =>
      (record.kind === "order" ? [record.order] : record.orders).map((order) => ({
        record,
        execution: record.execution,
        order,
      }))
    );
  }

  #order(id: string): JournalOrderState {
    const plan = this.#plans().findLast(({ order }) => order.clientOrderId === id);
    const base = plan === undefined ? this.#base!.orders.find(({ order }) => order.clientOrderId === id)! : {
      ...{ order: plan.order, execution: plan.execution, at: plan.record.at, outcome: "none" as const },
      ...{ exchangeOrderId: "", status: null, filledLots: 0, averagePrice: 0 },
      ...{ heardAt: null, endedAt: null, fills: [] },
    };
    const since = (record: JournalRecord): boolean => record.sequence > (plan?.record.sequence ?? 0);
    const outcomes = this.#all("outcome").filter((one) => one.clientOrderId === id && since(one));
    const reports = this.#all("report").filter((one) => one.clientOrderId === id && since(one));
    // What was told before an order was written down belongs to it too, unless the name was there before.
    const isFirst = this.#plans().filter(({ order }) => order.clientOrderId === id).length === 1 &&
      !this.#base?.orders.some(({ order }) => order.clientOrderId === id);
    const fills = this.#all("fill").filter((one) => one.fill.clientOrderId === id && (isFirst || since(one)));
    const filledLots = Math.max(base.filledLots, ...reports.map((one) => one.filledLots));
    const best = reports.findLast((one) => one.filledLots === filledLots);
    const wasEnded = base.status !== null && ends.includes(base.status);
    const end = wasEnded ? undefined : reports.find(({ status }) => ends.includes(status));
    const denials = outcomes.filter(({ outcome }) => outcome === "refused" || outcome === "absent");
    const endings = [...denials, ...end === undefined ? [] : [end]].sort((a, b) => a.sequence - b.sequence);
    const told = [...outcomes, ...reports].sort((a, b) => a.sequence - b.sequence);
    const heard = [...outcomes.filter(({ outcome }) => outcome === "accepted"), ...reports, ...fills]
      .sort((a, b) => a.sequence - b.sequence);
    return {
      order: base.order,
      execution: base.execution,
      at: base.at,
      outcome: outcomes.at(-1)?.outcome ?? base.outcome,
      exchangeOrderId: told.findLast((one) => one.exchangeOrderId !== "")?.exchangeOrderId ??
        base.exchangeOrderId,
      status: wasEnded ? base.status : end?.status ?? reports.at(-1)?.status ?? base.status,
      filledLots,
      averagePrice: best?.averagePrice ?? base.averagePrice,
      heardAt: heard.at(-1)?.at ?? base.heardAt,
      endedAt: base.endedAt ?? endings[0]?.at ?? null,
      fills: [...base.fills, ...fills.map(({ fill }) => fill)],
    };
  }
}

Deno.test("The state of a journal is what its records say, question by question", () => {
  const records = fc.array(journalEvent, { maxLength: 60 }).map((events) =>
    events.map((event, index): JournalRecord => ({ ...event, sequence: index + 1, at: 1000 + index }))
  );
  fc.assert(
    fc.property(records, (records) => {
      const state = stateOf("j", records), naive = new NaiveState(records);
      assertEquals(state.lastSequence, records.length);
      assertEquals(state.bookings as unknown, naive.bookings);
      assertEquals(state.nextExecution, naive.nextExecution + (records.length > 1 ? 1_000 : 0));
      assertEquals(state.day, naive.day);
      assertEquals(state.recentFunding as unknown, naive.funding);
      assertEquals(state.stops.map(({ scope, why }) => `${scope} ${why}`).sort(), naive.stops);
      assertEquals(state.holdings.map((holding) => JSON.stringify(holding)).sort(), naive.holdings);
      assertEquals(
        state.executions.map(({ execution }) => execution).sort((a, b) => a - b),
        naive.executions,
      );
      const orders = [...state.orders].sort((a, b) => a.order.clientOrderId < b.order.clientOrderId ? -1 : 1);
      assertEquals(orders, naive.orders);
      assertEquals([...new Set(state.recentFills.map(({ id }) => id))].sort(), naive.fills);
    }),
    { numRuns: 500 },
  );
});

Deno.test("A snapshot leaves nothing out but what is settled, and fills that are old", () => {
  fc.assert(
    fc.property(
      fc.array(lesserEvent, { maxLength: 40 }),
      fc.array(lesserEvent, { maxLength: 10 }),
      fc.oneof(fc.nat(1000), fc.nat(9e7)),
      fc.constantFrom(0, 1, 2),
      (before, after, until, settled) => {
        // The journal begins at 5.
        const fillsUntil = Math.max(5, until);
        const clock = { epochMs: (): number => 5 };
        const { journal } = MemoryJournal.open({ clock, id: "j" });
        for (const event of before) journal.append(event);
        const whole = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes }).state;
        const ledger = { positions: [], flows: [], feesQuote: 7 };
        const isSettled = (id: string): boolean => id.endsWith(`-${settled}`);
        journal.takeSnapshot({ ...ledger, fillsUntil: until, isSettled });
        const cut = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes });
        const isOpen = (one: number): boolean => whole.executions.some(({ execution }) => execution === one);
        const orders = whole.orders.filter(({ order, execution }) =>
          isOpen(execution) || !isSettled(order.clientOrderId)
        );
        const fundingSince = Math.max(5, fillsUntil - 12 * 3_600_000);
        const watched = orders.flatMap(({ fills }) => fills.map(nameOf));
        assertEquals(cut.state, {
          ...whole,
          lastSequence: before.length + 2,
          // The gap of every start; the first one had none when nothing was written.
          nextExecution: whole.nextExecution + (before.length === 0 ? 1_000 : 0),
          fundingSince,
          recentFunding: whole.recentFunding.filter(({ time }) => time >= fundingSince),
          ledger,
          bookings: [],
          fillsUntil,
          orders,
          recentFills: whole.recentFills.filter(({ id, time }) => time >= fillsUntil || watched.includes(id)),
        });
        // A journal that was opened anew goes on like the one that was not.
        for (const event of after) {
          journal.append(event);
          cut.journal.append(event);
        }
        assertEquals(cut.journal.bytes, journal.bytes);
        const shown = (one: MemoryJournal): JournalState =>
          MemoryJournal.open({ clock, id: "j", bytes: one.bytes }).state;
        journal.takeSnapshot({ ...ledger, fillsUntil: until, isSettled });
        cut.journal.takeSnapshot({ ...ledger, fillsUntil: until, isSettled });
        // Only the numbers that its start has left out stay left out.
        const { nextExecution } = shown(cut.journal);
        assert(nextExecution >= cut.state.nextExecution, `${nextExecution} was given before`);
        assertEquals(shown(cut.journal), { ...shown(journal), nextExecution });
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("A trade that was told before its order was written down is the order's at the next start", () => {
  const clock = { epochMs: (): number => 5 };
  const { journal } = MemoryJournal.open({ clock, id: "j" });
  const events = fc.sample(lesserEvent, { numRuns: 500, seed: 3 });
  const told = events.find((event) => event.kind === "fill")!;
  const order = events.find((event) => event.kind === "order")!;
  const { clientOrderId } = order.order;
  journal.append({ ...told, fill: { ...told.fill, clientOrderId } });
  journal.append(order);
  const { state } = MemoryJournal.open({ clock, id: "j", bytes: journal.bytes });
  assertEquals(state.orders.map(({ fills }) => fills.length), [1]);
});
