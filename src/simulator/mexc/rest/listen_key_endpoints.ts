/**
 * Making, listing, prolonging and ending listen keys.
 * @module
 */
import type { ListenKeys } from "../listen_keys.ts";
import type { KeyedCall, KeyedEndpoint } from "./endpoint.ts";
import { mexcErrors } from "./errors.ts";

const path = "/api/v3/userDataStream";

/** The endpoints of the private stream. */
export class ListenKeyEndpoints {
  readonly #keys: ListenKeys;

  constructor(keys: ListenKeys) {
    this.#keys = keys;
  }

  /** The lines of the table. */
  get endpoints(): KeyedEndpoint[] {
    const line = { path, weight: 1, access: "read" } as const;
    return [
      { ...line, method: "POST", answer: (call) => this.#create(call) },
      { ...line, method: "GET", answer: ({ account }) => ({ listenKey: this.#keys.of(account) }) },
      { ...line, method: "PUT", answer: (call) => this.#extend(call) },
      { ...line, method: "DELETE", answer: (call) => this.#remove(call) },
    ];
  }

  /** UNCONFIRMED: what the 61st key is answered with. */
  #create({ account }: KeyedCall): unknown {
    const listenKey = this.#keys.create(account);
    if (listenKey === undefined) throw mexcErrors.notAllowed("too many listen keys");
    return { listenKey };
  }

  /** UNCONFIRMED: the code for a key that is not valid, here and below. */
  #extend({ parameters, account }: KeyedCall): unknown {
    const listenKey = parameters.required("listenKey");
    if (!this.#keys.extend(account, listenKey)) throw mexcErrors.recordMissing();
    return { listenKey };
  }

  #remove({ parameters, account }: KeyedCall): unknown {
    const listenKey = parameters.required("listenKey");
    if (!this.#keys.remove(account, listenKey)) throw mexcErrors.recordMissing();
    return { listenKey };
  }
}
