/**
 * MEXC's private client with senders that the test plays.
 * @module
 */
import { DecimalStep } from "../../src/core/decimal_step.ts";
import { InstrumentTable } from "../../src/core/instrument.ts";
import type { HttpResponse } from "../../src/core/network.ts";
import type { PrivateRequest, SignedSender } from "../../src/exchanges/mexc/private_sender.ts";
import { MexcPrivateRest } from "../../src/exchanges/mexc/private_rest.ts";
import { testSpec } from "./instruments.ts";

const table = new InstrumentTable();
table.add(testSpec("GATEIO_SPOT", "BTC"));
/** The instruments that are traded. */
export const bitcoin = table.add({ ...testSpec("MEXC_SPOT", "BTC"), tick: DecimalStep.parse("0.01") });
export const hype = table.add(testSpec("MEXC_SPOT", "HYPE"));
/** The venue's time, epoch milliseconds. */
export const now = 1_700_000_060_000;

/** Answers a request; may throw. */
export type Answer = (
  request: PrivateRequest,
) => { status?: number; body: unknown; headers?: Record<string, string> };

/** Remembers requests and answers them. */
class FakeSender implements SignedSender {
  readonly requests: PrivateRequest[] = [];

  constructor(readonly answer: Answer) {}

  // deno-lint-ignore require-await -- what the answer throws rejects
  async send(request: PrivateRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const { status = 200, body, headers = {} } = this.answer(request);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { status, headers: new Headers(headers), text };
  }
}

/** A client whose two ways out are told apart: `O` for orders, `Q` for questions. */
export function client(answer: Answer): { rest: MexcPrivateRest; lines: () => string[] } {
  const lines: string[] = [];
  const way = (name: string): SignedSender =>
    new FakeSender((request) => {
      const query = request.parameters.map(([key, value]) => `${key}=${value}`).join("&");
      lines.push(`${name} ${request.method} ${request.path}?${query}`);
      return answer(request);
    });
  const rest = new MexcPrivateRest({
    orders: way("O"),
    queries: way("Q"),
    instruments: [bitcoin, hype],
    now: () => now,
  });
  return { rest, lines: () => lines };
}
