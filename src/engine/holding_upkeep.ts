/**
 * Keeps what strategies believe to hold with what is there.
 * @module
 */
import { type Holdings, perpetualOf, type StoredHolding } from "../arbitrage/holdings.ts";
import type { RouteUniverse } from "../arbitrage/route.ts";
import type { InstrumentTable } from "../core/instrument.ts";
import { profitOf } from "../execution/execution_run.ts";
import type { InterruptedExecution } from "../execution/recovery_memory.ts";
import type { TradingDesk } from "../execution/trading_desk.ts";
import type { Logger } from "../logging/logger.ts";

/** What {@link HoldingUpkeep} takes. */
export interface HoldingUpkeepOptions {
  readonly holdings: Holdings;
  readonly desk: Pick<TradingDesk, "flow" | "tracker" | "busy" | "risk">;
  readonly instruments: InstrumentTable;
  readonly universe: RouteUniverse;
  readonly logger: Logger;
}

/** Writes every change down. Coins on which something is under way are left alone. */
export class HoldingUpkeep {
  constructor(private readonly options: HoldingUpkeepOptions) {}

  /**
   * Nothing is held of which there is no position any more, such as after a liquidation: otherwise it would be waited for
   * for ever, and nothing would be opened the other way.
   */
  fit(): void {
    const { holdings, desk, instruments } = this.options;
    for (const instrument of instruments.all) {
      if (instrument.market !== "perpetual" || this.#isMoving(instrument.base)) continue;
      const { quantity } = desk.flow.ledger.position(instrument);
      this.#keep(holdings.fit(instrument, quantity), "the position is smaller than what was held");
    }
  }

  /**
   * What an opening has brought whose end nobody noted, as far as it is there and not held yet. To be called when all its
   * orders have ended and everything is hedged.
   */
  adopt({ facts: { strategy, purpose, at, quantity: wanted }, orders }: InterruptedExecution): void {
    const { holdings, desk, universe } = this.options;
    const [buy, sell] = orders.map(({ request }) => request.instrument);
    const route = universe.routes.find((each) => each.buy === buy && each.sell === sell);
    if (purpose !== "enter" || route === undefined || route.buy.market === route.sell.market) return;
    const contract = perpetualOf(route);
    const { quantity } = desk.flow.ledger.position(contract);
    const isBought = contract === route.buy;
    const free = (isBought ? quantity : -quantity) - holdings.heldIn(contract, isBought ? "buy" : "sell");
    // A position of nobody is this one's: everything else was noted, and what hedged it counts as well.
    const adopted = Math.min(wanted, free);
    if (!(adopted > 0)) return;
    const edge = profitOf(orders, desk.risk.fairPrice(route.buy));
    // Without a price nobody knows what it has brought: it counts as nothing won.
    const known = Number.isNaN(edge) ? 0 : edge;
    const changed = holdings.onExecuted({ strategy, route, purpose }, adopted, at, known);
    this.#keep(changed, "the end of its opening was not noted");
  }

  #isMoving(base: string): boolean {
    const { busy, tracker } = this.options.desk;
    return busy.has(base) || tracker.open.some(({ request }) => request.instrument.base === base);
  }

  #keep(changed: readonly StoredHolding[], why: string): void {
    const { desk, logger } = this.options;
    for (const holding of changed) {
      const { strategy, quantity, buy: { symbol } } = holding;
      logger.info("What is held has changed", { strategy, symbol, quantity, why });
      desk.flow.record({ kind: "holding", holding });
    }
  }
}
