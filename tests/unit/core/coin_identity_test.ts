import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareIdentities, identitiesByCoin, identityOf } from "../../../src/core/coin_identity.ts";
import { matchPairs } from "../../../src/core/pair_match.ts";

const usdtOnEth = "0xdAC17F958D2ee523a2206206994597C13D831ec7";

Deno.test("A coin is identified by the network, under one name for all venues, and its contract", () => {
  const cases: [coin: string, network: string, contract: string, expected: string | undefined][] = [
    ["USDT", "ETH", usdtOnEth, `ETH:${usdtOnEth.toLowerCase()}`],
    ["USDT", "ERC20", usdtOnEth.toUpperCase().replace("0X", "0x"), `ETH:${usdtOnEth.toLowerCase()}`],
    ["USDT", "Ethereum(ERC20)", ` ${usdtOnEth} `, `ETH:${usdtOnEth.toLowerCase()}`],
    ["USDT", "ARBEVM", "0xFd", "ARB:0xfd"],
    ["USDT", "ARB", "0xfD", "ARB:0xfd"],
    // Base58 tells upper and lower case apart.
    [
      "USDC",
      "SOL",
      "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
      "SOL:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
    ],
    ["NEW", "SomeChain", "abc", "SOMECHAIN:abc"],
    ["BTC", "BTC", "", "BTC:native"],
    ["SOL", "SOL", "So11111111111111111111111111111111111111112", "SOL:native"],
    ["BNB", "BEP20(BSC)", "", "BSC:native"],
    ["USDT", "ETH", "", undefined],
    ["ETH", "ARB", "", undefined],
    ["USDT", "", "0xa", undefined],
    ["USDT", "ETH", "0xa 0xb", undefined],
  ];
  for (const [coin, network, contract, expected] of cases) {
    assertEquals(identityOf({ coin, network, contract }), expected, `${coin} ${network} ${contract}`);
  }
});

Deno.test("Identities of coins are sorted and have no duplicates", () => {
  const found = identitiesByCoin([
    { coin: "A", network: "SOL", contract: "x" },
    { coin: "A", network: "ERC20", contract: "0xA" },
    { coin: "A", network: "ETH", contract: "0xa" },
    { coin: "B", network: "ETH", contract: "" },
  ]);
  assertEquals([...found], [["A", ["ETH:0xa", "SOL:x"]]]);
});

Deno.test("Coins are the same, different or unconfirmed by the networks that both tell", () => {
  const cases: [a: string[], b: string[], verdict: string][] = [
    [["ETH:0xa"], ["ETH:0xa"], "same"],
    [["ETH:0xa", "SOL:x"], ["ETH:0xa", "BSC:0xc"], "same"],
    [["ETH:0xa"], ["ETH:0xb"], "different"],
    [["ETH:0xa", "SOL:x"], ["ETH:0xa", "SOL:y"], "different"],
    [["ETH:0xa", "ETH:0xb"], ["ETH:0xb"], "same"],
    [["ETH:0xa"], ["SOL:0xa"], "unconfirmed"],
    [["ETH:0xa"], [], "unconfirmed"],
    [[], [], "unconfirmed"],
    [["TON:a:b"], ["TON:a:c"], "different"],
  ];
  for (const [a, b, verdict] of cases) {
    assertEquals(compareIdentities(a, b).verdict, verdict, `${a} and ${b}`);
    assertEquals(compareIdentities(b, a).verdict, verdict, `${b} and ${a}`);
  }
});

Deno.test("A contradiction on any network outweighs all agreements, and nothing in common confirms nothing", () => {
  const networks = fc.dictionary(fc.constantFrom("ETH", "BSC", "SOL", "TRX"), fc.constantFrom("1", "2"));
  fc.assert(fc.property(networks, networks, (a, b) => {
    const list = (all: Record<string, string>): string[] => Object.entries(all).map(([n, c]) => `${n}:${c}`);
    const shared = Object.keys(a).filter((network) => b[network] !== undefined);
    const expected = shared.length === 0
      ? "unconfirmed"
      : shared.every((network) => a[network] === b[network])
      ? "same"
      : "different";
    assertEquals(compareIdentities(list(a), list(b)).verdict, expected);
  }));
});

Deno.test("Pairs are matched across venues; a contract only refuses, it never confirms", () => {
  const symbol = (
    exchange: "MEXC_SPOT" | "GATEIO_SPOT" | "GATEIO_FUTURES",
    base: string,
    ...identities: string[]
  ) => ({
    exchange,
    exchangeSymbol: base,
    market: exchange === "GATEIO_FUTURES" ? "perpetual" as const : "spot" as const,
    base,
    quote: "USDT",
    identities,
  });
  const matches = matchPairs([
    symbol("MEXC_SPOT", "SAME", "ETH:0xa"),
    symbol("MEXC_SPOT", "OTHER", "ETH:0xa"),
    symbol("MEXC_SPOT", "ALONE"),
    symbol("GATEIO_SPOT", "SAME", "ETH:0xa"),
    symbol("GATEIO_SPOT", "OTHER", "ETH:0xb"),
    symbol("GATEIO_FUTURES", "SAME", "ETH:0xa"),
    symbol("GATEIO_FUTURES", "OTHER", "ETH:0xb"),
  ]);
  assertEquals(
    matches.map(({ base, first, second, verdict }) => [base, first.exchange, second.exchange, verdict]),
    [
      ["OTHER", "MEXC_SPOT", "GATEIO_SPOT", "refused"],
      ["OTHER", "MEXC_SPOT", "GATEIO_FUTURES", "refused"],
      ["OTHER", "GATEIO_SPOT", "GATEIO_FUTURES", "unconfirmed"],
      ["SAME", "MEXC_SPOT", "GATEIO_SPOT", "confirmed"],
      ["SAME", "MEXC_SPOT", "GATEIO_FUTURES", "unconfirmed"],
      ["SAME", "GATEIO_SPOT", "GATEIO_FUTURES", "unconfirmed"],
    ],
  );
});
