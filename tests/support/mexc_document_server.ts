/**
 * A server that answers as MEXC's documents have it, and minds everything that a request must not be.
 * @module
 */
import { createHmac } from "node:crypto";
import type { Json } from "./mexc_documents.ts";

/** The account. */
export const documentKey = {
  apiKey: "mx0documents",
  secretKey: "testsecret0123456789abcdef01234567",
} as const;

const order = "symbol side type quantity quoteOrderQty price newClientOrderId";
const history = "startTime endTime limit";
/** Parameters of each request; those of signed ones besides `timestamp`, `recvWindow` and `signature`. */
const parameters: Readonly<Record<string, string>> = {
  "GET /api/v3/time": "",
  "GET /api/v3/defaultSymbols": "",
  "GET /api/v3/exchangeInfo": "symbol symbols",
  "GET /api/v3/depth": "symbol limit",
  "GET /api/v3/trades": "symbol limit",
  "GET /api/v3/klines": `symbol interval ${history}`,
  "GET /api/v3/ticker/24hr": "symbol",
  "POST /api/v3/order": order,
  "POST /api/v3/order/test": order,
  "POST /api/v3/batchOrders": "batchOrders",
  "DELETE /api/v3/order": "symbol orderId origClientOrderId",
  "DELETE /api/v3/openOrders": "symbol",
  "GET /api/v3/order": "symbol orderId origClientOrderId",
  "GET /api/v3/openOrders": "symbol",
  "GET /api/v3/account": "",
  "GET /api/v3/myTrades": `symbol orderId ${history}`,
  "GET /api/v3/tradeFee": "symbol",
  "GET /api/v3/selfSymbols": "",
  "GET /api/v3/uid": "",
  "GET /api/v3/capital/config/getall": "",
  "GET /api/v3/capital/deposit/hisrec": `coin status ${history}`,
  "GET /api/v3/capital/withdraw/history": `coin status ${history}`,
  "POST /api/v3/userDataStream": "",
  "GET /api/v3/userDataStream": "",
  "PUT /api/v3/userDataStream": "listenKey",
  "DELETE /api/v3/userDataStream": "listenKey",
};
const open = ["time", "defaultSymbols", "exchangeInfo", "depth", "trades", "klines", "ticker/24hr"];
/** Escapes are in upper case, and everything that is not plain is escaped. */
const goodQuery = /^(?:[A-Za-z0-9._~=&-]|%[0-9A-F]{2})*$/;
const formats: Readonly<Record<string, RegExp>> = {
  timestamp: /^\d{13}$/,
  startTime: /^\d{13}$/,
  endTime: /^\d{13}$/,
  limit: /^\d{1,4}$/,
  quantity: /^\d+(\.\d+)?$/,
  price: /^\d+(\.\d+)?$/,
  quoteOrderQty: /^\d+(\.\d+)?$/,
};

/** What is wrong with a request by the documents. */
async function faultsOf(request: Request): Promise<string[]> {
  const { pathname, search } = new URL(request.url);
  const call = `${request.method} ${pathname}`;
  const query = search.slice(1);
  const allowed = parameters[call]?.split(" ");
  if (allowed === undefined) return [`nobody knows ${call}`];
  const signed = !open.includes(pathname.slice("/api/v3/".length));
  const faults: string[] = [];
  const check = (good: boolean, fault: string): unknown => good || faults.push(`${call}?${query}: ${fault}`);
  check(await request.text() === "", "a body");
  check(goodQuery.test(query), "escapes");
  const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("=") as [string, string]);
  const names = pairs.map(([name]) => name);
  check(new Set(names).size === names.length, "a parameter twice");
  for (const [name, value] of pairs) {
    const known = allowed.includes(name) ||
      (signed && ["timestamp", "recvWindow", "signature"].includes(name));
    check(known, `parameter ${name}`);
    check(formats[name]?.test(value) ?? value !== "", `value of ${name}`);
  }
  check(request.headers.get("X-MEXC-APIKEY") === (signed ? documentKey.apiKey : null), "key");
  if (!signed) return faults;
  const text = query.slice(0, query.lastIndexOf("&signature=")).replace(/^signature=.*/, "");
  const signature = createHmac("sha256", documentKey.secretKey).update(text).digest("hex");
  check(pairs.at(-1)?.join("=") === `signature=${signature}`, "signature");
  check(Math.abs(Date.now() - Number(new URLSearchParams(query).get("timestamp"))) < 5000, "timestamp");
  const isGet = request.method === "GET";
  check(isGet || request.headers.get("Content-Type") === "application/json", "content type");
  return faults;
}

/** Handles a socket that was opened. */
export type OnSocket = (socket: WebSocket, url: URL) => void;

/** The server, for as long as it is used. */
export class MexcDocumentServer implements AsyncDisposable {
  /** What was wrong with requests. */
  readonly faults: string[] = [];
  /** Requests so far, as method, path and query without signature. */
  readonly asked: string[] = [];
  answer: (call: string, query: URLSearchParams) => Json | Response = () => ({});
  onSocket: OnSocket = (socket) => socket.close();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: (): void => {} };
    this.#server = Deno.serve(options, (request) => this.#handle(request));
  }

  /** Addresses for the clients. */
  get endpoints(): { rest: string; ws: string } {
    const { port } = this.#server.addr;
    return { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}/ws` };
  }

  async #handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.headers.get("Upgrade") === "websocket") {
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
      this.onSocket(socket, url);
      return response;
    }
    this.asked.push(`${request.method} ${url.pathname}${url.search.replace(/&?timestamp=.*/, "")}`);
    this.faults.push(...await faultsOf(request));
    const answer = this.answer(`${request.method} ${url.pathname}`, url.searchParams);
    return answer instanceof Response ? answer : Response.json(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
