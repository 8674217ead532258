/**
 * A made-up stream of orders for measuring matching engines, the same for every engine.
 * @module
 */
import { DecimalStep } from "../../src/core/decimal_step.ts";
import type { InstrumentSpec } from "../../src/core/instrument.ts";
import { SeededRandom } from "../../src/core/random.ts";

/** An order to place, or one placed before to cancel if it still rests. */
export type FlowCommand =
  | { readonly kind: "limit" | "ioc"; readonly buy: boolean; readonly tick: number; readonly lots: number }
  | { readonly kind: "cancel"; readonly order: number };

/** Orders that rest at the same time, about. */
const restingOrders = 1500;
/** Middle of the prices at the beginning in ticks. */
export const flowTick = 640_000;

/**
 * A stream with this many orders: of ten orders about eight are limits, most of them behind the best price and some
 * beyond it, and two are immediate-or-cancel; as many are cancelled as keeps the book from growing.
 */
export function orderFlow(seed: number, orders: number): FlowCommand[] {
  const random = new SeededRandom(seed);
  const commands: FlowCommand[] = [];
  const live: number[] = [];
  let middle = flowTick;
  for (let order = 0; order < orders; order++) {
    if (random.uniform() < 0.1) middle += random.uniform() < 0.5 ? -1 : 1;
    const buy = random.uniform() < 0.5;
    const away = buy ? -1 : 1;
    const lots = 1 + Math.floor(random.exponential(20));
    if (random.uniform() < 0.2) {
      commands.push({ kind: "ioc", buy, tick: middle - away * 2, lots });
      continue;
    }
    const distance = Math.floor(random.exponential(12)) - 1;
    commands.push({ kind: "limit", buy, tick: middle + away * distance, lots });
    live.push(order);
    while (live.length > restingOrders || random.uniform() < 0.3) {
      const index = Math.floor(random.uniform() * live.length);
      const last = live.pop();
      if (last === undefined) break;
      commands.push({ kind: "cancel", order: live[index] ?? last });
      if (index < live.length) live[index] = last;
    }
  }
  return commands;
}

/** A spot market of MEXC without history. */
export const flowSpec: InstrumentSpec = {
  exchange: "MEXC_SPOT",
  base: "BTC",
  quote: "USDT",
  exchangeSymbol: "BTCUSDT",
  tick: DecimalStep.parse("0.1"),
  lot: DecimalStep.parse("0.0001"),
  contractSize: DecimalStep.parse("1"),
  minQuantity: 0.0001,
  minNotional: 1,
  makerFee: 0.0002,
  takerFee: 0.0005,
  tradable: true,
};
