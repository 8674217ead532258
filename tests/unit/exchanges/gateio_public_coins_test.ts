import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../../src/core/errors.ts";
import type { Network } from "../../../src/core/network.ts";
import { getCoinContractSource } from "../../../src/exchanges/coin_contracts.ts";

/** A network on which everything is answered so; the addresses asked for are noted. */
function answering(body: unknown, asked: string[] = []): Network {
  return {
    connect: () => {
      throw new Error("nothing is streamed");
    },
    fetch: ({ url }) => {
      asked.push(url);
      return Promise.resolve({ status: 200, text: JSON.stringify(body), headers: new Headers() });
    },
  };
}

const open = { withdraw_disabled: false, withdraw_delayed: false, deposit_disabled: false };

Deno.test("Gate.io tells everybody the contracts of its coins on each chain, spot and futures alike", async () => {
  const usdt = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
  const body = [
    {
      currency: "USDT",
      name: "Tether",
      chains: [{ name: "ETH", addr: usdt, ...open }, { name: "TRX", ...open }],
    },
    { currency: "OLD", chain: "ETH", chains: null },
    { currency: "ODD", chains: "none" },
  ];
  for (const exchange of ["GATEIO_SPOT", "GATEIO_FUTURES"] as const) {
    const asked: string[] = [];
    assertEquals(await getCoinContractSource(exchange, answering(body, asked), "https://gate/api/v4")!(), [
      { coin: "USDT", network: "ETH", contract: usdt },
      { coin: "USDT", network: "TRX", contract: "" },
    ]);
    assertEquals(asked, ["https://gate/api/v4/spot/currencies"]);
  }
});

Deno.test("An answer that is no list of coins is refused", async () => {
  const source = getCoinContractSource("GATEIO_SPOT", answering({ label: "oops" }), "https://gate/api/v4")!;
  await assertRejects(source, ProtocolError, "Gate.io currencies");
});

Deno.test("MEXC tells contracts to accounts only", () => {
  assertEquals(getCoinContractSource("MEXC_SPOT", answering([]), "https://mexc"), undefined);
});
