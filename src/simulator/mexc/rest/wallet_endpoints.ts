/**
 * Deposits and withdrawals.
 * @module
 */
import { formatAtoms } from "../../accounts/atoms.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import { depositAddress, type MexcFunds, transactionOf, type Withdrawal } from "../wallet/funds.ts";
import type { CoinNetwork, CoinNetworks } from "../wallet/networks.ts";
import { readDecimal } from "./decimal_text.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";
import type { Parameters } from "./parameters.ts";

const dayMs = 86_400_000;
const longestRangeMs = 7 * dayMs;
const reachMs = 90 * dayMs;
const rows = { max: 1000, initial: 1000 };
/** Of a deposit: 5 is success, and nothing else happens here. */
const arrivedStatus = 5;
/** To an address outside of the exchange. */
const outside = 0;

/** The endpoints of the wallet. */
export class WalletEndpoints {
  readonly #venue: MexcVenue;
  readonly #funds: MexcFunds;
  readonly #networks: CoinNetworks;

  constructor(venue: MexcVenue, funds: MexcFunds, networks: CoinNetworks) {
    this.#venue = venue;
    this.#funds = funds;
    this.#networks = networks;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const reading = { access: "read", method: "GET", weight: 1 } as const;
    const withdrawing = { access: "withdraw", path: "/api/v3/capital/withdraw", weight: 1 } as const;
    const address = { path: "/api/v3/capital/deposit/address", access: "read" } as const;
    return [
      { ...reading, path: "/api/v3/capital/config/getall", weight: 10, answer: () => this.#coins() },
      { ...withdrawing, method: "POST", answer: (call) => this.#withdraw(call) },
      { ...withdrawing, method: "DELETE", answer: (call) => this.#cancel(call) },
      { ...reading, path: "/api/v3/capital/deposit/hisrec", answer: (call) => this.#deposits(call) },
      { ...reading, path: "/api/v3/capital/withdraw/history", answer: (call) => this.#withdrawals(call) },
      { ...address, method: "GET", weight: 10, answer: (call) => this.#addresses(call) },
      { ...address, method: "POST", weight: 1, answer: (call) => this.#addresses(call) },
    ];
  }

  #coins(): unknown {
    return this.#venue.coins.map((coin) => ({
      coin,
      Name: coin,
      networkList: this.#networks.of(coin).map((network) => ({
        ...network,
        depositEnable: true,
        withdrawEnable: true,
      })),
    }));
  }

  #withdraw({ parameters, account }: KeyedCall): unknown {
    const network = this.#network(parameters, "netWork");
    const amount = readDecimal(parameters.required("amount"));
    if (amount === undefined) throw mexcErrors.badAmount();
    if (amount <= 0n) throw mexcErrors.amountNotPositive();
    const { id } = this.#funds.withdraw(account, {
      network,
      address: parameters.required("address"),
      amount,
      memo: parameters.text("memo"),
      remark: parameters.text("remark"),
    });
    return { id };
  }

  #cancel({ parameters, account }: KeyedCall): unknown {
    const id = parameters.required("id");
    this.#funds.cancelWithdrawal(account, id);
    return { id };
  }

  #deposits({ parameters, account }: KeyedCall): unknown {
    const within = this.#range(parameters);
    const list = this.#funds.deposits(account)
      .filter(({ coin, timeMs }) => matches(parameters, coin, arrivedStatus) && within(timeMs));
    return list.slice(-parameters.count("limit", rows)).reverse().map((deposit) => {
      const network = this.#networks.of(deposit.coin)[0];
      return {
        amount: formatAtoms(deposit.amount),
        coin: deposit.coin,
        network: network?.network ?? deposit.coin,
        status: arrivedStatus,
        address: network === undefined ? "" : depositAddress(account, network).address,
        txId: deposit.txId,
        insertTime: deposit.timeMs,
        // UNCONFIRMED: texts.
        unlockConfirm: String(network?.minConfirm ?? 0),
        confirmTimes: String(network?.minConfirm ?? 0),
        memo: network === undefined ? null : depositAddress(account, network).memo,
      };
    });
  }

  #withdrawals({ parameters, account }: KeyedCall): unknown {
    const within = this.#range(parameters);
    const list = this.#funds.withdrawals(account).filter((withdrawal) =>
      matches(parameters, withdrawal.network.coin, this.#funds.status(withdrawal)) &&
      within(withdrawal.appliedMs)
    );
    return list.slice(-parameters.count("limit", rows)).reverse().map((withdrawal) =>
      this.#document(withdrawal)
    );
  }

  #document(withdrawal: Withdrawal): unknown {
    const { id, network, address, amount, appliedMs, canceledMs, memo, remark } = withdrawal;
    const status = this.#funds.status(withdrawal);
    const hash = transactionOf(withdrawal, status);
    return {
      id,
      txId: hash,
      coin: network.coin,
      network: network.network,
      address,
      amount: formatAtoms(amount),
      transferType: outside,
      status,
      transactionFee: network.withdrawFee,
      confirmNo: null,
      applyTime: appliedMs,
      remark: remark ?? "",
      memo: memo ?? null,
      transHash: hash,
      updateTime: canceledMs ?? appliedMs,
    };
  }

  #addresses({ parameters, account }: KeyedCall): unknown {
    const coin = parameters.required("coin");
    const networks = parameters.text("network") === undefined
      ? this.#networks.of(coin)
      : [this.#network(parameters, "network")];
    if (networks.length === 0) throw mexcErrors.badParameter("coin");
    return networks.map((network) => ({
      coin,
      network: network.network,
      ...depositAddress(account, network),
    }));
  }

  /** @throws {MexcError} 33333 when the coin is not traded or has no such network. */
  #network(parameters: Parameters, name: "network" | "netWork"): CoinNetwork {
    const coin = parameters.required("coin");
    if (this.#networks.of(coin).length === 0) throw mexcErrors.badParameter("coin");
    const network = this.#networks.find(coin, parameters.required(name));
    if (network === undefined) throw mexcErrors.badParameter(name);
    return network;
  }

  /** At most 7 days, the latest by default, and none before the last 90 days. @throws {MexcError} 400. */
  #range(parameters: Parameters): (timeMs: number) => boolean {
    const { nowMs } = this.#venue;
    const { startMs: start, endMs: end } = parameters.timeRange();
    const endMs = end ?? Math.min(nowMs, start === undefined ? nowMs : start + longestRangeMs);
    const startMs = start ?? endMs - longestRangeMs;
    if (endMs - startMs > longestRangeMs) throw mexcErrors.badTimeRange();
    const from = Math.max(startMs, nowMs - reachMs);
    return (timeMs) => timeMs >= from && timeMs <= endMs;
  }
}

/** Whether a row is of the coin and state that were asked for, if any. */
function matches(parameters: Parameters, coin: string, status: number): boolean {
  const [wantedCoin, wantedStatus] = [parameters.text("coin"), parameters.text("status")];
  return (wantedCoin ?? coin) === coin && (wantedStatus ?? String(status)) === String(status);
}
