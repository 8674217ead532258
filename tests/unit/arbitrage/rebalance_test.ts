import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  planRebalance,
  type RebalanceInput,
  type RebalanceProposal,
  type RebalanceSettings,
} from "../../../src/arbitrage/rebalance.ts";
import type { NetworkStatus } from "../../../src/core/account.ts";
import { network } from "../../support/network_status.ts";

const settings: RebalanceSettings = { minNotional: 100, maxWaitMs: 7_200_000, transferMs: 900_000 };

function input(
  mexc: number,
  gate: number,
  perHour: number,
  networks: readonly [readonly NetworkStatus[], readonly NetworkStatus[]] = [[network("ERC20")], [
    network("ETH"),
  ]],
): RebalanceInput {
  return {
    coin: "HYPE",
    price: 10,
    // Not in the order of their ids: the target share is that of MEXC all the same.
    venues: [
      { exchange: "GATEIO_SPOT", amount: gate, networks: networks[1] },
      { exchange: "MEXC_SPOT", amount: mexc, networks: networks[0] },
    ],
    targetShare: 0.5,
    signals: (from, to) => ({
      count: perHour,
      quantity: from === "MEXC_SPOT" && to === "GATEIO_SPOT" ? perHour : 0,
    }),
  };
}

function only(proposals: readonly RebalanceProposal[]): RebalanceProposal {
  assertEquals(proposals.length, 1);
  return proposals[0]!;
}

Deno.test("Nothing is proposed while hardly anything lies wrong", () => {
  assertEquals(planRebalance(input(100, 100, 0), settings), []);
  assertEquals(planRebalance(input(109, 91, 0), settings), []);
  assertEquals(planRebalance(input(0, 0, 5), settings), []);
});

Deno.test("Signals the other way that carry everything back in time are waited for, at no cost", () => {
  assertEquals(only(planRebalance(input(200, 100, 25), settings)), {
    kind: "net",
    coin: "HYPE",
    from: "MEXC_SPOT",
    to: "GATEIO_SPOT",
    amount: 50,
    expectedMs: 7_200_000,
  });
  // The signals that are told go from MEXC to Gate.io only.
  assertEquals(only(planRebalance(input(100, 200, 25), settings)).kind, "transfer");
});

Deno.test("What signals do not carry back in time is transferred, with fee, networks' names and time", () => {
  const [net, transfer] = planRebalance(input(200, 100, 10), settings);
  assertEquals([net!.kind, net!.amount], ["net", 20]);
  assertEquals(transfer, {
    kind: "transfer",
    coin: "HYPE",
    from: "MEXC_SPOT",
    to: "GATEIO_SPOT",
    amount: 30,
    withdrawNetwork: "ERC20",
    depositNetwork: "ETH",
    fee: 0.5,
    cost: 5,
    expectedMs: 900_000,
  });
  assertEquals(planRebalance(input(200, 100, 20.5), settings).map(({ kind }) => kind), ["net"]);
});

Deno.test("The cheapest network is taken that is open at both ends, enough for the least withdrawal, and provably the same coin", () => {
  const gate = [network("ETH"), network("BSC"), network("SOL", { contract: "So1" }), network("TRX")];
  const mexc = [
    network("ERC20", { withdrawFee: 0.4 }),
    network("BEP20", { withdrawFee: 0.1 }),
    network("SOL", { withdrawFee: 0.01, contract: "So2" }),
    network("ARB", { withdrawFee: 0.001 }),
    network("TRC20", { withdrawFee: 0.05, withdrawMin: 1_000 }),
  ];
  const plan = (of: readonly NetworkStatus[], at: readonly NetworkStatus[]): RebalanceProposal =>
    only(planRebalance(input(200, 100, 0, [of, at]), settings));
  const name = (proposal: RebalanceProposal): string =>
    proposal.kind === "transfer"
      ? proposal.withdrawNetwork
      : proposal.kind === "blocked"
      ? proposal.reason
      : "";
  assertEquals(name(plan(mexc, gate)), "BEP20");
  const closed = gate.map((each) => each.network === "BSC" ? { ...each, depositEnabled: false } : each);
  assertEquals(name(plan(mexc, closed)), "ERC20");
  const shut = mexc.map((each) => each.network === "BEP20" ? { ...each, withdrawEnabled: false } : each);
  assertEquals(name(plan(shut, gate)), "ERC20");
  const unknown = mexc.map((each) => ({ ...each, withdrawFee: NaN }));
  assert(
    name(plan(unknown, gate)).includes("not known") || name(plan(unknown, gate)).includes("least withdrawal"),
  );
  assertEquals(plan([mexc[2]!, mexc[3]!], gate).kind, "blocked");
  assert(name(plan([mexc[2]!], gate)).includes("provably"));
  assert(name(plan([{ ...mexc[0]!, withdrawEnabled: false }], gate)).includes("closed"));
  assert(name(plan([{ ...mexc[0]!, withdrawFee: 50 }], gate)).includes("as much as"));
});

Deno.test("What is proposed brings the coins to their shares before fees, and never from both sides", () => {
  const amounts = fc.double({ min: 0, max: 1_000, noNaN: true });
  fc.assert(
    fc.property(
      amounts,
      amounts,
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      fc.double({ min: 0, max: 200, noNaN: true }),
      (
        mexc,
        gate,
        targetShare,
        perHour,
      ) => {
        const given = { ...input(mexc, gate, perHour), targetShare };
        const proposals = planRebalance(given, settings);
        const wrong = mexc - (mexc + gate) * targetShare;
        if (Math.abs(wrong) * 10 < settings.minNotional * (1 - 1e-9)) return assertEquals(proposals, []);
        const moved = proposals.reduce(
          (sum, { amount, from }) => sum + (from === "MEXC_SPOT" ? amount : -amount),
          0,
        );
        assert(proposals.every(({ from, to }) => from !== to && (from === "MEXC_SPOT") === wrong > 0));
        // A rest that is not worth a transfer is left.
        assert(Math.abs(wrong - moved) * 10 <= settings.minNotional + 1e-9);
        for (const proposal of proposals) {
          if (proposal.kind === "transfer") assertAlmostEquals(proposal.cost, proposal.fee * 10, 1e-12);
        }
      },
    ),
    { numRuns: 500 },
  );
});
