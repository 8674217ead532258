/**
 * Reads Gate.io's public trades in place.
 * @module
 */
import { ProtocolError } from "../../core/errors.ts";
import type { MarketKind } from "../../core/exchange.ts";
import type { TradeColumns } from "../../core/public_trade.ts";
import { type SymbolIndex, unknownInstrument } from "../symbol_index.ts";
import { asciiBytes, type JsonScanner } from "./json_scanner.ts";

const openBracket = 91;
const trueLetter = 116;
const buyWord = asciiBytes("buy");
const sellWord = asciiBytes("sell");

type Field = "id" | "time" | "side" | "price" | "quantity" | "symbol" | "internal";

/** Keys of each market. No two of one market have the same length. */
const keys: Readonly<Record<MarketKind, Readonly<Record<string, Field>>>> = {
  spot: {
    id: "id",
    create_time_ms: "time",
    side: "side",
    price: "price",
    amount: "quantity",
    currency_pair: "symbol",
    is_internal: "internal",
  },
  perpetual: {
    id: "id",
    create_time_ms: "time",
    price: "price",
    size: "quantity",
    contract: "symbol",
    is_internal: "internal",
  },
};

/**
 * Reads trades of one market. Spot: an object with `amount` and the taker's `side`; futures: an array of objects whose
 * `size` is negative when the taker sold.
 */
export class GateioTradeReader {
  /** By the length of the key. */
  readonly #fields: readonly ({ readonly key: Uint8Array; readonly field: Field } | undefined)[];
  /** Whether the sign of the quantity tells the side. */
  readonly #signed: boolean;

  constructor(private readonly symbols: SymbolIndex, market: MarketKind, readonly trades: TradeColumns) {
    const fields = new Array<{ key: Uint8Array; field: Field } | undefined>(16).fill(undefined);
    for (const [key, field] of Object.entries(keys[market])) {
      fields[key.length] = { key: asciiBytes(key), field };
    }
    this.#fields = fields;
    this.#signed = market !== "spot";
  }

  /**
   * Reads the result at the cursor into the columns; trades of symbols that nobody knows are left out.
   *
   * @throws {ProtocolError} when a trade lacks a price, a quantity or a side.
   */
  read(scanner: JsonScanner): void {
    this.trades.clear();
    if (scanner.peek() !== openBracket) return this.#readTrade(scanner);
    for (let more = scanner.enterArray(); more; more = scanner.nextElement()) this.#readTrade(scanner);
  }

  /** The field whose key has been read. Lengths tell nearly all of them apart. */
  #fieldAt(scanner: JsonScanner): Field | undefined {
    const candidate = this.#fields[scanner.end - scanner.start];
    return candidate !== undefined && scanner.is(candidate.key) ? candidate.field : undefined;
  }

  #readTrade(scanner: JsonScanner): void {
    const { trades } = this;
    const index = trades.add();
    let instrument: number = unknownInstrument;
    let side = 0;
    let quantity = NaN;
    trades.prices[index] = NaN;
    trades.times[index] = 0;
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      switch (this.#fieldAt(scanner)) {
        case "id":
          trades.ids[index] = scanner.integer();
          break;
        case "time":
          trades.times[index] = scanner.moment();
          break;
        case "price":
          trades.prices[index] = scanner.amount();
          break;
        case "quantity":
          quantity = scanner.number();
          break;
        case "side":
          side = readSide(scanner);
          break;
        case "symbol":
          scanner.string();
          instrument = this.symbols.find(scanner.bytes, scanner.start, scanner.end);
          break;
        case "internal":
          trades.internals[index] = scanner.peek() === trueLetter ? 1 : 0;
          scanner.skip();
          break;
        default:
          scanner.skip();
      }
    }
    if (this.#signed) {
      side = Math.sign(quantity);
      quantity = Math.abs(quantity);
    }
    if (!(trades.prices[index]! > 0 && quantity > 0 && quantity < Infinity && side !== 0)) {
      throw new ProtocolError(
        `Gate.io trade ${trades.ids[index]} has price ${
          trades.prices[index]
        }, size ${quantity} and side ${side}`,
      );
    }
    if (instrument === unknownInstrument) {
      trades.length = index;
      return;
    }
    trades.instruments[index] = instrument;
    trades.quantities[index] = quantity;
    trades.sides[index] = side;
  }
}

function readSide(scanner: JsonScanner): number {
  scanner.string();
  if (scanner.is(buyWord)) return 1;
  if (scanner.is(sellWord)) return -1;
  throw new ProtocolError(`Gate.io trade has the side ${scanner.content()}`);
}
