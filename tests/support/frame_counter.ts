/**
 * A thread of subscribers: it opens WebSockets, sends what it is told, and counts the frames that come.
 * @module
 */

/** What the thread is to do. */
export interface CountingJob {
  /** One WebSocket each: where, and the messages to send once it is open. */
  readonly sockets: readonly { readonly url: string; readonly messages: readonly string[] }[];
  /** One number, raised by one for each frame. */
  readonly counter: SharedArrayBuffer;
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent<CountingJob | "close">) => void;
  postMessage(message: string): void;
};
let open: WebSocket[] = [];

async function connect(url: string, messages: readonly string[], count: () => void): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onmessage = count;
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  for (const message of messages) socket.send(message);
  return socket;
}

function closed(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.onclose = resolve;
    socket.close();
  });
}

scope.onmessage = async ({ data }): Promise<void> => {
  if (data === "close") {
    await Promise.all(open.map(closed));
    open = [];
    scope.postMessage("closed");
    return;
  }
  const counter = new Int32Array(data.counter);
  const count = (): void => void Atomics.add(counter, 0, 1);
  open = await Promise.all(data.sockets.map(({ url, messages }) => connect(url, messages, count)));
  scope.postMessage("open");
};
