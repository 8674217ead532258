/**
 * Users of the simulated exchanges that know them from their documentation only.
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import type { Socket } from "../../src/core/network.ts";
import type { MarketSource } from "../../src/simulator/mod.ts";
import { Box, Line } from "../unit/simulator/box.ts";

export const mexcUser = {
  family: "mexc",
  uid: "1001",
  apiKey: "mx0fault",
  secretKey: "mexc secret",
} as const;
export const gateUser = {
  family: "gateio",
  uid: "2002",
  apiKey: "gatefault",
  secretKey: "gate secret",
} as const;

/** A reply, or undefined when there was none. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // What is in it depends on the endpoint.
  readonly body: unknown;
}

/** A market, the default one unless another is given, and one user on each exchange. */
export function faultBox(source?: MarketSource): Box {
  return new Box({
    ...(source === undefined ? {} : { source }),
    accounts: [
      { ...mexcUser, deposits: { MEXC_SPOT: { USDT: "100000", BTC: "2" } } },
      {
        ...gateUser,
        deposits: { GATEIO_SPOT: { USDT: "100000", BTC: "2" }, GATEIO_FUTURES: { USDT: "100000" } },
      },
    ],
  });
}

/** Sends a request and lets time pass until it is answered or has failed. Undefined when there was no answer. */
export async function send(
  box: Box,
  request: { method: string; url: string; headers?: Record<string, string>; body?: string },
  timeoutMs = 5000,
): Promise<Reply | undefined> {
  const answer = box.simulator.fetch({ ...request, timeoutMs }).then(
    ({ status, headers, text }) => ({ status, headers, text, body: JSON.parse(text) }),
    () => undefined,
  );
  while (box.simulator.pendingResponses > 0 && box.clock.step());
  return await answer;
}

/** A signed request to MEXC: everything in the query. */
export function mexc(
  box: Box,
  method: string,
  path: string,
  params: Record<string, string> = {},
  timeoutMs?: number,
): Promise<Reply | undefined> {
  const timestamp = String(Math.floor(box.clock.epochMs()));
  const query = new URLSearchParams({ ...params, timestamp }).toString();
  const signature = createHmac("sha256", mexcUser.secretKey).update(query).digest("hex");
  const url = `${box.simulator.localEndpoints.MEXC_SPOT.rest}${path}?${query}&signature=${signature}`;
  return send(box, { method, url, headers: { "X-MEXC-APIKEY": mexcUser.apiKey } }, timeoutMs);
}

/** A signed request to Gate.io. */
export function gate(
  box: Box,
  method: string,
  path: string,
  query = "",
  body?: unknown,
  timeoutMs?: number,
): Promise<Reply | undefined> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const timestamp = String(Math.floor(box.clock.epochMs() / 1000));
  const hash = createHash("sha512").update(text).digest("hex");
  const signed = [method, `/api/v4${path}`, query, hash, timestamp].join("\n");
  const SIGN = createHmac("sha512", gateUser.secretKey).update(signed).digest("hex");
  const { rest } = box.simulator.localEndpoints.GATEIO_SPOT;
  return send(box, {
    method,
    url: rest + path + (query === "" ? "" : `?${query}`),
    headers: { KEY: gateUser.apiKey, Timestamp: timestamp, SIGN, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: text }),
  }, timeoutMs);
}

/** Subscribes to a private channel of Gate.io. */
export function subscribePrivately(line: Line, channel: string, payload: unknown[]): void {
  const time = Math.floor(line.box.clock.epochMs() / 1000);
  const SIGN = createHmac("sha512", gateUser.secretKey)
    .update(`channel=${channel}&event=subscribe&time=${time}`).digest("hex");
  const auth = { method: "api_key", KEY: gateUser.apiKey, SIGN };
  line.send({ time, channel, event: "subscribe", payload, auth });
}

/** Logs in to the trading channels of Gate.io. */
export function logIn(line: Line, channel: "spot.login" | "futures.login"): void {
  const timestamp = String(Math.floor(line.box.clock.epochMs() / 1000));
  const signature = createHmac("sha512", gateUser.secretKey)
    .update(["api", channel, "", timestamp].join("\n")).digest("hex");
  const payload = { api_key: gateUser.apiKey, signature, timestamp, req_id: "login" };
  line.send({ time: Number(timestamp), channel, event: "api", payload });
}

/** An order far under the market: it rests. */
export const restingMexcOrder = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  quantity: "0.001",
  price: "10000",
};
export const restingGateOrder = {
  currency_pair: "BTC_USDT",
  side: "buy",
  amount: "0.001",
  price: "10000",
  time_in_force: "gtc",
};
/** An order far over the market: it takes. */
export const takingMexcOrder = { ...restingMexcOrder, price: "200000" };
export const takingGateOrder = { ...restingGateOrder, price: "200000" };

/** A socket outside of a box. */
export type { Socket };
