/**
 * What an account has and may do.
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { formatAtoms } from "../../accounts/atoms.ts";
import type { MexcVenue } from "../mexc_venue.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";

/** Primary verification. */
const kycStatus = "2";

/** The endpoints about an account. */
export class AccountEndpoints {
  readonly #venue: MexcVenue;
  /** Accounts that want to pay fees in MX. The fees of this market stay in the coins that they are in. */
  readonly #mxDeduct = new Set<Account>();

  constructor(venue: MexcVenue) {
    this.#venue = venue;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const reading = { access: "read", method: "GET", weight: 1 } as const;
    return [
      {
        ...reading,
        path: "/api/v3/account",
        weight: 10,
        paces: ["account"],
        answer: ({ account }) => this.#account(account),
      },
      { ...reading, path: "/api/v3/tradeFee", weight: 20, answer: (call) => this.#tradeFee(call) },
      { ...reading, path: "/api/v3/mxDeduct/enable", answer: ({ account }) => this.#mxDeductState(account) },
      {
        access: "trade",
        method: "POST",
        path: "/api/v3/mxDeduct/enable",
        weight: 1,
        answer: (call) => this.#setMxDeduct(call),
      },
      { ...reading, path: "/api/v3/selfSymbols", answer: () => this.#selfSymbols() },
      { ...reading, path: "/api/v3/kyc/status", answer: () => ({ status: kycStatus }) },
      { ...reading, path: "/api/v3/uid", answer: ({ account }) => ({ uid: account.uid }) },
    ];
  }

  /** UNCONFIRMED: coins without any balance are left out. */
  #account(account: Account): unknown {
    const wallet = this.#venue.wallet(account);
    const balances = wallet.coins.map((asset) => ({ asset, ...wallet.balance(asset) }))
      .filter(({ available, locked }) => available !== 0n || locked !== 0n)
      .map(({ asset, available, locked }) => ({
        asset,
        free: formatAtoms(available),
        locked: formatAtoms(locked),
        available: formatAtoms(available),
      }));
    return {
      makerCommission: null,
      takerCommission: null,
      buyerCommission: null,
      sellerCommission: null,
      canTrade: true,
      canWithdraw: true,
      canDeposit: true,
      updateTime: null,
      accountType: "SPOT",
      balances,
      permissions: ["SPOT"],
    };
  }

  #tradeFee({ parameters, account }: KeyedCall): unknown {
    const instrument = this.#venue.instrument(parameters.required("symbol"));
    const { trading } = this.#venue;
    return this.#success({
      makerCommission: trading.feeRate(account, instrument, "maker"),
      takerCommission: trading.feeRate(account, instrument, "taker"),
    });
  }

  #mxDeductState(account: Account): unknown {
    return this.#success({ mxDeductEnable: this.#mxDeduct.has(account) });
  }

  #setMxDeduct({ parameters, account }: KeyedCall): unknown {
    const wanted = parameters.required("mxDeductEnable");
    if (wanted !== "true" && wanted !== "false") throw mexcErrors.badParameter("mxDeductEnable");
    if (wanted === "true") this.#mxDeduct.add(account);
    else this.#mxDeduct.delete(account);
    return this.#mxDeductState(account);
  }

  #selfSymbols(): unknown {
    const tradable = this.#venue.instruments.filter(({ spec, listing }) => spec.tradable && listing.open);
    return { code: 200, data: tradable.map(({ spec }) => spec.exchangeSymbol), msg: null };
  }

  #success(data: object): unknown {
    return { data, code: 0, msg: "success", timestamp: this.#venue.nowMs };
  }
}
