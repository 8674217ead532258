/**
 * Starts `simulate --json` as the given command line and holds what its first line promises: every address answers,
 * a signed order is taken, and the control port knows of it. Exit code 1 when something is wrong.
 * @module
 */
import { createHmac } from "node:crypto";

interface Account {
  readonly venues: readonly string[];
  readonly apiKey: string;
  readonly secretKey: string;
}

interface Description {
  readonly venues: Readonly<Record<string, { readonly rest: string; readonly ws: string }>>;
  readonly accounts: readonly Account[];
  readonly control: string;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] ?? "";
}

async function check({ venues, accounts, control }: Description): Promise<string> {
  const mexc = venues["MEXC_SPOT"]!.rest;
  const gate = venues["GATEIO_FUTURES"]!.rest;
  for (
    const url of [
      `${mexc}/api/v3/exchangeInfo`,
      `${gate}/spot/tickers`,
      `${gate}/futures/usdt/contracts`,
      control,
    ]
  ) {
    const response = await fetch(url);
    await response.body?.cancel();
    if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
  }
  const { apiKey, secretKey } = accounts.find((account) => account.venues.includes("MEXC_SPOT"))!;
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", price: "10000" };
  const query = new URLSearchParams({ ...order, timestamp: String(Date.now()) }).toString();
  const signature = createHmac("sha256", secretKey).update(query).digest("hex");
  const placed = await fetch(`${mexc}/api/v3/order?${query}&signature=${signature}`, {
    method: "POST",
    headers: { "X-MEXC-APIKEY": apiKey },
  });
  const { orderId } = await placed.json();
  const known: { id: string; state: string }[] = await (await fetch(`${control}/orders`)).json();
  if (!known.some(({ id, state }) => id === orderId && state === "open")) {
    throw new Error(`the order ${orderId} is not open`);
  }
  return `${Object.keys(venues).join(", ")} answer, and the order ${orderId} is open`;
}

const [program, ...args] = Deno.args;
const child = new Deno.Command(program!, { args, stdin: "null", stdout: "piped", stderr: "inherit" }).spawn();
try {
  const line = await firstLine(child.stdout);
  await Deno.stdout.write(new TextEncoder().encode(`${await check(JSON.parse(line))}\n`));
} finally {
  child.kill("SIGINT");
}
const { code } = await child.status;
if (code !== 0) throw new Error(`the program ended with the exit code ${code}`);
