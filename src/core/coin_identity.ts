/**
 * Whether two venues mean the same coin. A ticker proves nothing: names are chosen freely, and the same one may stand
 * for different coins. What proves it is the contract of the coin on a network.
 * @module
 */

/** A coin on a network, as a venue tells it. */
export interface CoinContract {
  readonly coin: string;
  /** The venue's name of the network. */
  readonly network: string;
  /** Contract address; empty where the venue tells none. */
  readonly contract: string;
}

/** What is known about two coins of the same name. */
export interface IdentityVerdict {
  /**
   * - `same`: their contracts agree on every network that both tell.
   * - `different`: their contracts differ on such a network.
   * - `unconfirmed`: no network has a contract of both.
   */
  readonly verdict: "same" | "different" | "unconfirmed";
  /** Why, for people. */
  readonly reason: string;
}

/**
 * Names of networks by MEXC, Gate.io and people, and the one name for each here; others stay as they are, in upper
 * case. Source: tables of ccxt 4.5.84 for both venues. UNCONFIRMED: that the lists are whole. A name that is missing
 * leaves a coin unconfirmed, it never confirms one.
 */
const networkNames: Readonly<Record<string, string>> = {
  ERC20: "ETH",
  "ETHEREUM(ERC20)": "ETH",
  BEP20: "BSC",
  "BEP20(BSC)": "BSC",
  "BNB SMART CHAIN(BEP20)": "BSC",
  TRC20: "TRX",
  "TRON(TRC20)": "TRX",
  "SOLANA(SOL)": "SOL",
  "BITCOIN(BTC)": "BTC",
  "DOGECOIN(DOGE)": "DOGE",
  ARBEVM: "ARB",
  ARBITRUM: "ARB",
  "ARBITRUM ONE(ARB)": "ARB",
  OPETH: "OP",
  OPTIMISM: "OP",
  BASEEVM: "BASE",
  AVAX_C: "AVAX_CCHAIN",
  AVAXC: "AVAX_CCHAIN",
  TONCOIN: "TON",
  "TONCOIN(TON)": "TON",
  APTOS: "APT",
  ZKSERA: "ZKSYNCERA",
  HT: "HECO",
  HRC20: "HECO",
  CRONOS: "CRO",
};

/** The coin in which each network's own fees are paid: it needs no contract there. */
const nativeCoins: Readonly<Record<string, string>> = {
  BTC: "BTC",
  ETH: "ETH",
  BSC: "BNB",
  TRX: "TRX",
  SOL: "SOL",
  DOGE: "DOGE",
  LTC: "LTC",
  XRP: "XRP",
  ADA: "ADA",
  TON: "TON",
  APT: "APT",
  SUI: "SUI",
  AVAX_CCHAIN: "AVAX",
};

/**
 * The identity of a coin on a network, `NETWORK:contract`, or `NETWORK:native` for the network's own coin; undefined
 * when nothing is known. Addresses that are hexadecimal are the same in upper and lower case, others are not.
 */
export function identityOf({ coin, network, contract }: CoinContract): string | undefined {
  const upper = network.trim().toUpperCase();
  const name = networkNames[upper] ?? upper;
  if (name === "") return undefined;
  if (nativeCoins[name] === coin) return `${name}:native`;
  const address = contract.trim();
  // The list travels as one text, separated by spaces.
  if (address === "" || /\s/.test(address + name)) return undefined;
  return `${name}:${/^0x[0-9a-f]+$/i.test(address) ? address.toLowerCase() : address}`;
}

/** The identities of each coin, sorted, without duplicates; coins of which nothing is known are left out. */
export function identitiesByCoin(contracts: readonly CoinContract[]): Map<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const contract of contracts) {
    const identity = identityOf(contract);
    if (identity === undefined) continue;
    const known = found.get(contract.coin);
    if (known === undefined) found.set(contract.coin, new Set([identity]));
    else known.add(identity);
  }
  return new Map([...found].map(([coin, identities]) => [coin, [...identities].sort()]));
}

/**
 * Decides whether two coins of the same name are the same, from what {@link identityOf} has told of each. One
 * contradiction outweighs any number of agreements: a wrong pair loses money, a refused one only a chance.
 */
export function compareIdentities(a: readonly string[], b: readonly string[]): IdentityVerdict {
  const own = byNetwork(a);
  const other = byNetwork(b);
  const shared = [...own.keys()].filter((network) => other.has(network)).sort();
  for (const network of shared) {
    const left = own.get(network)!;
    const right = other.get(network)!;
    if (left.some((contract) => right.includes(contract))) continue;
    const reason = `on ${network} one is ${left.join(" or ")}, the other ${right.join(" or ")}`;
    return { verdict: "different", reason };
  }
  if (shared.length > 0) return { verdict: "same", reason: `the contracts agree on ${shared.join(", ")}` };
  const silent = a.length === 0 || b.length === 0;
  const reason = silent
    ? a.length === b.length ? "neither venue tells a contract" : "one venue tells no contract"
    : "the venues tell contracts on different networks";
  return { verdict: "unconfirmed", reason };
}

function byNetwork(identities: readonly string[]): Map<string, string[]> {
  const networks = new Map<string, string[]>();
  for (const identity of identities) {
    const at = identity.indexOf(":");
    const network = identity.slice(0, at);
    const contract = identity.slice(at + 1);
    const known = networks.get(network);
    if (known === undefined) networks.set(network, [contract]);
    else known.push(contract);
  }
  return networks;
}
