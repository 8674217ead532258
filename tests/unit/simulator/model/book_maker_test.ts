import { assert, assertEquals } from "@std/assert";
import type { MatchOrder } from "../../../../src/simulator/matching/match_order.ts";
import type { Side } from "../../../../src/simulator/market/book_side.ts";
import { ModelBox } from "../market/listed.ts";

function order(side: Side, tick: number, openLots: number): MatchOrder {
  return {
    side,
    tick,
    openLots,
    stpGroup: 0,
    stpAction: "cancel-newest",
    onExecution: () => {},
    onSelfTradePrevented: () => {},
  };
}

for (const side of ["bid", "ask"] as const) {
  Deno.test(`A user's ${side} far through the market is traded with until it is gone, and the crowd's book stays sound`, () => {
    const box = new ModelBox({ levels: 20 }, 2);
    const instrument = box.instrument("GATEIO_FUTURES", "DOGE_USDT");
    box.market.start();
    box.run(1000);
    const fair = instrument.indexPrice / instrument.spec.tick.size;
    const user = order(side, Math.round(fair * (side === "bid" ? 1.05 : 0.95)), 3e6);
    instrument.matching.execute(user, box.clock.epochMs());
    assert(user.openLots > 0);
    instrument.matching.rest(user);
    let left = user.openLots;
    for (let count = 0; count < 600 && user.openLots > 0; count++) {
      box.run(1000);
      assert(user.openLots <= left);
      left = user.openLots;
      const { bids, asks } = instrument.book;
      assert(!(bids.tickAt(0) >= asks.tickAt(0)), "the book is crossed");
      for (const level of [...bids.top(99), ...asks.top(99)]) {
        assert(Number.isSafeInteger(level.tick) && level.tick > 0 && level.lots > 0, JSON.stringify(level));
      }
    }
    assertEquals(user.openLots, 0);
    box.run(10_000);
    assert(instrument.crowd.bids.size > 15 && instrument.crowd.asks.size > 15);
    assert(Math.abs(instrument.mid / instrument.indexPrice - 1) < 0.03);
    box.market.stop();
  });
}
