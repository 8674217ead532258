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
const idWord = asciiBytes("id");
const timeWord = asciiBytes("create_time_ms");
const sideWord = asciiBytes("side");
const buyWord = asciiBytes("buy");
const sellWord = asciiBytes("sell");
const priceWord = asciiBytes("price");
const internalWord = asciiBytes("is_internal");

/**
 * Reads trades of one market. Spot: an object with `amount` and the taker's `side`; futures: an array of objects whose
 * `size` is negative when the taker sold.
 */
export class GateioTradeReader {
  readonly #symbolWord: Uint8Array;
  readonly #quantityWord: Uint8Array;
  /** Whether the sign of the quantity tells the side. */
  readonly #signed: boolean;

  constructor(private readonly symbols: SymbolIndex, market: MarketKind, readonly trades: TradeColumns) {
    this.#symbolWord = asciiBytes(market === "spot" ? "currency_pair" : "contract");
    this.#quantityWord = asciiBytes(market === "spot" ? "amount" : "size");
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

  #readTrade(scanner: JsonScanner): void {
    const { trades } = this;
    const index = trades.add();
    let instrument: number = unknownInstrument;
    let side = 0;
    let quantity = NaN;
    trades.prices[index] = NaN;
    trades.times[index] = 0;
    for (let more = scanner.enterObject(); more; more = scanner.nextMember()) {
      if (scanner.is(idWord)) trades.ids[index] = scanner.integer();
      else if (scanner.is(timeWord)) trades.times[index] = scanner.amount();
      else if (scanner.is(priceWord)) trades.prices[index] = scanner.amount();
      else if (scanner.is(this.#quantityWord)) quantity = scanner.number();
      else if (!this.#signed && scanner.is(sideWord)) side = readSide(scanner);
      else if (scanner.is(this.#symbolWord)) {
        scanner.string();
        instrument = this.symbols.find(scanner.bytes, scanner.start, scanner.end);
      } else {
        if (scanner.is(internalWord)) trades.internals[index] = scanner.peek() === trueLetter ? 1 : 0;
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
