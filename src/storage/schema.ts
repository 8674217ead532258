/**
 * The schema: the files of `sql/` in the order in which they are applied.
 * @module
 */
import runsAndSymbols from "../../sql/0001_runs_and_symbols.sql" with { type: "text" };
import marketData from "../../sql/0002_market_data.sql" with { type: "text" };
import trading from "../../sql/0003_trading.sql" with { type: "text" };
import symbolRules from "../../sql/0004_symbol_rules.sql" with { type: "text" };
import marketHistory from "../../sql/0005_market_history.sql" with { type: "text" };
import tradingHistory from "../../sql/0006_trading_history.sql" with { type: "text" };
import attribution from "../../sql/0007_attribution.sql" with { type: "text" };
import type { Migration } from "./migrations.ts";

/** Every schema file. A file that was released is never changed: a change is a new file. */
export const schema: readonly Migration[] = [
  { version: 1, name: "0001_runs_and_symbols.sql", sql: runsAndSymbols },
  { version: 2, name: "0002_market_data.sql", sql: marketData },
  { version: 3, name: "0003_trading.sql", sql: trading },
  { version: 4, name: "0004_symbol_rules.sql", sql: symbolRules },
  { version: 5, name: "0005_market_history.sql", sql: marketHistory },
  { version: 6, name: "0006_trading_history.sql", sql: tradingHistory },
  { version: 7, name: "0007_attribution.sql", sql: attribution },
];
