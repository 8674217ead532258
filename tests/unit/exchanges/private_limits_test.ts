import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../src/core/errors.ts";
import type { HttpResponse } from "../../../src/core/network.ts";
import { SimulatedClock } from "../../../src/core/simulated_clock.ts";
import { GateioFuturesOrders } from "../../../src/exchanges/gateio/private_futures_orders.ts";
import { GateioFuturesPrivateRest } from "../../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioSender } from "../../../src/exchanges/gateio/private_sender.ts";
import { GateioSigner } from "../../../src/exchanges/gateio/private_signer.ts";
import { GateioSpotOrders } from "../../../src/exchanges/gateio/private_spot_orders.ts";
import { GateioSpotPrivateRest } from "../../../src/exchanges/gateio/private_spot_rest.ts";
import { MexcPrivateRest } from "../../../src/exchanges/mexc/private_rest.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { testInstruments } from "../../support/instruments.ts";
import {
  gateioFuturesOrder,
  gateioPrivateDocuments,
  gateioSpotOrder,
} from "../../support/private_documents.ts";

const table = testInstruments(["BTC"]);
const spotBtc = table.find("GATEIO_SPOT", "BTC_USDT")!;
const mexcBtc = table.find("MEXC_SPOT", "BTCUSDT")!;
const now = 1_700_000_060_000;

/** Gate.io's clients, whose questions are answered with the usual documents but for these. */
function gateio(changes: Readonly<Record<string, unknown>>): {
  spot: GateioSpotPrivateRest;
  futures: GateioFuturesPrivateRest;
} {
  const network = new FakeNetwork();
  const documents = Object.entries({ ...gateioPrivateDocuments, ...changes });
  network.answer = ({ url }): { body: unknown } => ({
    body: documents.find(([path]) => url.split("?")[0]!.endsWith(path))![1],
  });
  const sender = new GateioSender({
    orders: network,
    queries: network,
    baseUrl: "https://api.gateio.ws/api/v4",
    signer: new GateioSigner({ apiKey: "gateTestKey0001", secretKey: "gateTestSecret0001" }),
    clock: new SimulatedClock(now),
  });
  return {
    spot: new GateioSpotPrivateRest(sender, (symbol) => table.find("GATEIO_SPOT", symbol)),
    futures: new GateioFuturesPrivateRest(sender, (symbol) => table.find("GATEIO_FUTURES", symbol)),
  };
}

Deno.test("A Gate.io spot order without a price, or of which more was filled than there is, is refused", () => {
  const orders = new GateioSpotOrders((symbol) => table.find("GATEIO_SPOT", symbol));
  assertEquals(orders.report(gateioSpotOrder).filledLots, 600);
  const wrong: object[] = [
    { filled_amount: "0.004" },
    { price: undefined },
    { price: "0" },
    { price: "0.00001" },
    { filled_amount: undefined, left: "0.005" },
    { avg_deal_price: undefined, filled_total: 1e308 },
    { create_time_ms: -1710488334073 },
    { update_time_ms: "1e300" },
  ];
  for (const change of wrong) {
    assertThrows(
      () => orders.report({ ...gateioSpotOrder, ...change }),
      ProtocolError,
      undefined,
      JSON.stringify(change),
    );
  }
  const odd = { ...gateioSpotOrder, time_in_force: "constructor" };
  assertEquals(orders.report(odd).timeInForce, "gtc");
});

Deno.test("A Gate.io futures order whose price is less than a tick is refused: it would pass for a market order", () => {
  const orders = new GateioFuturesOrders((symbol) => table.find("GATEIO_FUTURES", symbol), "decimal");
  assertEquals(orders.report({ ...gateioFuturesOrder, price: "0" }).type, "market");
  assertThrows(
    () => orders.report({ ...gateioFuturesOrder, price: "0.00001" }),
    ProtocolError,
    "less than a tick",
  );
});

Deno.test("A Gate.io spot fill keeps every digit of its size, also of one that is on no lot", async () => {
  const [fill] = gateioPrivateDocuments["/spot/my_trades"] as [object];
  const { spot } = gateio({ "/spot/my_trades": [{ ...fill, amount: "1.12345678" }] });
  const [read] = await spot.fills(spotBtc, now - 86_400_000);
  assertEquals<number>(read!.quantity, 1.12345678);
});

Deno.test("Negative balances that are bound, leverages, fees of withdrawals and limits of Gate.io are refused", async () => {
  const [position] = gateioPrivateDocuments["/futures/usdt/positions"] as [object];
  const [tier] = gateioPrivateDocuments["/futures/usdt/risk_limit_tiers"] as [object];
  const futuresBtc = table.find("GATEIO_FUTURES", "BTC_USDT")!;
  const wrong: Promise<unknown>[] = [
    gateio({ "/spot/accounts": [{ currency: "USDT", available: "1", locked: "-20" }] }).spot.balances(),
    gateio({ "/futures/usdt/positions": [{ ...position, leverage_max: "-125" }] }).futures.positions(),
    gateio({ "/futures/usdt/risk_limit_tiers": [{ ...tier, risk_limit: -1 }] }).futures.riskTiers(futuresBtc),
    gateio({ "/wallet/withdraw_status": [{ currency: "USDT", withdraw_amount_mini: "-2" }] }).spot.networks(),
  ];
  for (const each of wrong) await assertRejects(() => each, ProtocolError);
});

Deno.test("A network whose name every object knows has no fee of its own", async () => {
  const [coin] = gateioPrivateDocuments["/spot/currencies"] as [object];
  const { spot } = gateio({ "/spot/currencies": [{ ...coin, chains: [{ name: "toString" }] }] });
  const [network] = await spot.networks();
  assertEquals([network!.network, network!.withdrawFee], ["toString", NaN]);
});

Deno.test("MEXC's listing that does not keep to the range that was asked for is given up", async () => {
  let asked = 0;
  const way = {
    send: (): Promise<HttpResponse> => {
      asked += 1;
      const row = { amount: "1", coin: "USDT", network: "TRX", status: 5, txId: "x" };
      const rows = Array.from({ length: 1000 }, (_, i) => ({ ...row, insertTime: 1_659_513_342_000 + i }));
      return Promise.resolve({ status: 200, headers: new Headers(), text: JSON.stringify(rows) });
    },
  };
  const rest = new MexcPrivateRest({ orders: way, queries: way, instruments: [mexcBtc], now: () => now });
  await assertRejects(() => rest.transfers(now - 3_600_000), ProtocolError, "asked for those of");
  assertEquals(asked, 1);
});
