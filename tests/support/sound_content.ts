/**
 * What may never come out of a decoder, whatever went in.
 * @module
 */
import { assert } from "@std/assert";
import type { Expectation } from "./codec_content.ts";

/** Holds that no price or size of a frame is negative, infinite or missing where one must be. */
export function assertSound(content: Expectation): void {
  if (content.kind === "depth") {
    for (const [price, size] of [...content.bids, ...content.asks]) {
      assert(price > 0 && Number.isFinite(price), `a level's price is ${price}`);
      assert(size >= 0 && Number.isFinite(size), `a level's size is ${size}`);
    }
    assert(content.full || (content.firstId > 0 && content.lastId >= content.firstId), "ids of a change");
    assertMoment(content.exchangeTime);
  } else if (content.kind === "ticker") {
    // An empty side is NaN.
    for (const value of [content.bidPrice, content.bidQuantity, content.askPrice, content.askQuantity]) {
      assert(!(value < 0) && value !== Infinity, `a quote has ${value}`);
    }
    assertMoment(content.exchangeTime);
  } else if (content.kind === "trades") {
    for (const { price, quantity, takerSide, exchangeTime } of content.trades) {
      assert(price > 0 && Number.isFinite(price), `a trade's price is ${price}`);
      assert(quantity > 0 && Number.isFinite(quantity), `a trade's size is ${quantity}`);
      assert(takerSide === "buy" || takerSide === "sell");
      assertMoment(exchangeTime);
    }
  } else if (content.kind === "messages") {
    for (const { kind, value } of content.messages) assertSoundFields(value, kind);
  }
}

function assertMoment(ms: number): void {
  assert(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER, `a time is ${ms}`);
}

/** Fields that are prices, sizes or amounts which have no sign. */
const unsigned =
  /^(?:(?:last|bid|ask|high|low|mark|index|average|entry)?[pP]rice|(?:bid|ask)?[qQ]uantity|(?:quoteV|v)olume|size|open|high|low|close|openInterest(?:Usd)?|.*Liquidated(?:Usd)?|notional|lots|filledLots|priceTicks|available|locked|withdraw(?:Fee|Min)|limit|maxLeverage)$/;
/** Signed ones among them, by the name of what they are in. */
const signedToo =
  /^(?:position\.lots|balance\.available|futuresBalance\.(?:available|locked)|reference\..*)$/;

/**
 * Holds that no number in a struct is infinite, and none that is a price or a size negative. NaN stands for "not told".
 *
 * @param what Kind of struct.
 */
export function assertSoundFields(struct: object, what: string): void {
  for (const [name, value] of Object.entries(struct)) {
    if (typeof value === "object" && value !== null) assertSoundFields(value, what);
    if (typeof value === "function") throw new Error(`${what}.${name} is a function`);
    if (typeof value !== "number") continue;
    assert(Math.abs(value) !== Infinity, `${what}.${name} is ${value}`);
    const sign = unsigned.test(name) && !signedToo.test(`${what}.${name}`);
    assert(!sign || !(value < 0), `${what}.${name} is ${value}`);
  }
}
