/**
 * What the control port can be asked.
 * @module
 */
import * as v from "valibot";
import { ConfigError } from "../../core/errors.ts";
import { type ExchangeKey, exchanges } from "../../core/exchange.ts";
import type { AccountOptions } from "../accounts/account_registry.ts";
import { ledgerLine } from "../accounts/ledger.ts";
import { parseFaultRule } from "../faults/fault_rule.ts";
import type { Simulator } from "../simulator.ts";
import type { TruthFilter } from "../simulator_truth.ts";
import type { ClockDriver } from "./clock_driver.ts";

/** Answers one request: JSON, or text as it is. */
export type ControlRoute = (query: URLSearchParams, body: unknown) => unknown;

interface RouteEntry {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly what: string;
  readonly answer: ControlRoute;
}

const keys = exchanges.map(({ key }) => key);
const decimal = v.pipe(v.string(), v.regex(/^\d+(?:\.\d+)?$/, "must be decimal text such as 12.5"));
const depositSchema = v.strictObject({
  venue: v.picklist(keys),
  uid: v.string(),
  coin: v.string(),
  amount: decimal,
});
const ratesSchema = v.strictObject({ maker: v.number(), taker: v.number() });
const accountSchema = v.strictObject({
  family: v.picklist(["mexc", "gateio"]),
  uid: v.optional(v.string()),
  apiKey: v.optional(v.string()),
  secretKey: v.optional(v.string()),
  permissions: v.optional(v.array(v.picklist(["trade", "withdraw"]))),
  deposits: v.optional(v.record(v.picklist(keys), v.record(v.string(), decimal))),
  fees: v.optional(v.record(v.picklist(keys), ratesSchema)),
  stpGroup: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
const timeSchema = v.strictObject({ ms: v.pipe(v.number(), v.minValue(0)) });
const speedSchema = v.strictObject({ speed: v.pipe(v.number(), v.minValue(0)) });

/** The table of routes over one simulator. */
export class ControlRoutes {
  readonly #simulator: Simulator;
  readonly #driver: ClockDriver | undefined;
  readonly #nowMs: () => number;
  readonly #routes: readonly RouteEntry[];

  /**
   * @param driver Moves the clock, if it is a simulated one.
   * @param nowMs The simulation's time in epoch milliseconds.
   */
  constructor(simulator: Simulator, driver: ClockDriver | undefined, nowMs: () => number) {
    this.#simulator = simulator;
    this.#driver = driver;
    this.#nowMs = nowMs;
    this.#routes = [
      ...this.#truthRoutes(),
      ...this.#accountRoutes(),
      ...this.#faultRoutes(),
      ...this.#timeRoutes(),
    ];
  }

  /** What answers a request. */
  find(method: string, path: string): ControlRoute | undefined {
    return this.#routes.find((route) => route.method === method && route.path === path)?.answer;
  }

  /** One line per route. */
  list(): string[] {
    return this.#routes.map(({ method, path, what }) => `${method} ${path}: ${what}`);
  }

  #truthRoutes(): RouteEntry[] {
    const { truth, ledger } = this.#simulator;
    return [
      get("/", "what there is", () => this.list()),
      get("/symbols", "symbols of ?venue", (query) => truth.pairs(venue(query)).map(({ symbol }) => symbol)),
      get("/book", "the true book of ?venue and ?symbol", (query) => {
        const symbol = query.get("symbol") ?? "";
        const book = truth.book(venue(query), symbol);
        if (book === undefined) throw new ConfigError(`${venue(query)} has no symbol "${symbol}"`);
        return book;
      }),
      get("/balances", "balances, of ?venue and ?uid", (query) => truth.balances(filter(query))),
      get("/orders", "orders, of ?venue and ?uid", (query) => truth.orders(filter(query))),
      get("/fills", "fills, of ?venue and ?uid", (query) => truth.fills(filter(query))),
      get(
        "/positions",
        "futures positions, of ?uid",
        (query) => truth.positions(query.get("uid") ?? undefined),
      ),
      get("/sums", "where all units of every coin are", () => truth.sums()),
      get(
        "/ledger",
        "the ledger as tab-separated text, ?from a sequence number",
        (query) =>
          ledger.entries(Number(query.get("from") ?? 1)).map((entry) => ledgerLine(entry) + "\n").join(""),
      ),
      get("/ledger/digest", "length and SHA-256 of the whole ledger", () => ({
        length: ledger.length,
        sha256: ledger.digest(),
      })),
    ];
  }

  #accountRoutes(): RouteEntry[] {
    const { accounts } = this.#simulator;
    return [
      get(
        "/accounts",
        "accounts with their keys",
        () =>
          accounts.keys.map(({ apiKey, secretKey, permissions, account }) => ({
            family: account.family,
            uid: account.uid,
            apiKey,
            secretKey,
            permissions: [...permissions],
          })),
      ),
      post("/accounts", "opens an account", (_, body) => {
        const { account, apiKey, secretKey } = accounts.open(checked(accountSchema, body) as AccountOptions);
        return { family: account.family, uid: account.uid, apiKey, secretKey };
      }),
      post("/deposit", "brings coins from outside: venue, uid, coin, amount", (_, body) => {
        const { venue: exchange, uid, coin, amount } = checked(depositSchema, body);
        const account = accounts.accounts.find((one) => one.uid === uid && one.wallets.has(exchange));
        if (account === undefined) throw new ConfigError(`${exchange} has no account ${uid}`);
        accounts.deposit(account, exchange, coin, amount);
        return { deposited: amount };
      }),
    ];
  }

  #faultRoutes(): RouteEntry[] {
    const { script } = this.#simulator;
    return [
      get("/faults", "faults that wait, are active or over", () => script.faults),
      post("/faults", "adds a fault", (_, body) => ({ id: script.add(parseFaultRule(body)) })),
      {
        method: "DELETE",
        path: "/faults",
        what: "ends the fault ?id, or all",
        answer: (query) => {
          const id = query.get("id");
          if (id !== null) return { ended: script.remove(Number(id)) };
          script.stop();
          return { ended: true };
        },
      },
    ];
  }

  #timeRoutes(): RouteEntry[] {
    const time = (): unknown => ({
      epochMs: this.#nowMs(),
      clock: this.#driver === undefined ? "system" : "simulated",
      speed: this.#driver?.speed ?? 1,
    });
    return [
      get("/time", "the simulation's time", time),
      post(
        "/time/advance",
        "moves a simulated clock by ms and answers when everything until then has happened",
        async (
          _,
          body,
        ) => {
          await this.#driven().advance(checked(timeSchema, body).ms);
          return time();
        },
      ),
      post("/time/speed", "lets a simulated clock run at speed, or stand at 0", (_, body) => {
        this.#driven().setSpeed(checked(speedSchema, body).speed);
        return time();
      }),
    ];
  }

  #driven(): ClockDriver {
    if (this.#driver !== undefined) return this.#driver;
    throw new ConfigError(
      "The simulator runs on the machine's clock: set clock.kind to simulated to move it",
    );
  }
}

function get(path: string, what: string, answer: ControlRoute): RouteEntry {
  return { method: "GET", path, what, answer };
}

function post(path: string, what: string, answer: ControlRoute): RouteEntry {
  return { method: "POST", path, what, answer };
}

function venue(query: URLSearchParams): ExchangeKey {
  const name = query.get("venue");
  const key = keys.find((candidate) => candidate === name);
  if (key === undefined) throw new ConfigError(`"${name}" is not a venue: use one of ${keys.join(", ")}`);
  return key;
}

function filter(query: URLSearchParams): TruthFilter {
  const uid = query.get("uid");
  return {
    ...(query.has("venue") ? { venue: venue(query) } : {}),
    ...(uid === null ? {} : { uid }),
  };
}

function checked<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ConfigError(`${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
}
