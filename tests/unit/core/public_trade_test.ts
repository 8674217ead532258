import { assertEquals, assertStrictEquals } from "@std/assert";
import { PublicTrade, TradeColumns } from "../../../src/core/public_trade.ts";

function add(columns: TradeColumns, id: number, text = ""): void {
  const index = columns.add();
  columns.instruments[index] = 3;
  columns.prices[index] = 100 + id;
  columns.quantities[index] = id / 4;
  columns.sides[index] = id % 2 === 0 ? 1 : -1;
  columns.times[index] = 1_700_000_000_000.5 + id;
  if (text === "") columns.ids[index] = id;
  else columns.setIdText(index, new TextEncoder().encode(`<${text}>`), 1, text.length + 1);
}

Deno.test("TradeColumns hold any number of trades, and forget nothing of a trade before but its place", () => {
  const columns = new TradeColumns();
  for (let id = 1; id <= 100; id++) add(columns, id, id % 3 === 0 ? `${id}X1` : "");
  const view = new PublicTrade();
  for (let i = 0; i < 100; i++) {
    const id = i + 1;
    assertEquals(view.moveTo(columns, i).snapshot(), {
      instrument: view.instrument,
      id: id % 3 === 0 ? `${id}X1` : String(id),
      price: 100 + id,
      quantity: id / 4,
      takerSide: id % 2 === 0 ? "buy" : "sell",
      internal: false,
      exchangeTime: 1_700_000_000_000.5 + id,
      receivedAt: 0,
      recovered: false,
    });
  }
  columns.clear();
  add(columns, 0);
  assertEquals([columns.length, view.moveTo(columns, 0).id, view.numericId], [1, "", 0]);
});

Deno.test("TradeColumns cut an id off that is longer than any venue's", () => {
  const columns = new TradeColumns();
  add(columns, 1, "9".repeat(60));
  assertStrictEquals(columns.idText(0), "9".repeat(48));
});
