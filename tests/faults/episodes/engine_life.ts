/**
 * The life of one process: clock and network that are of no use to it once it has died, and the moment of its death.
 * @module
 */
import type { Clock, Timer } from "../../../src/core/clock.ts";
import type {
  HttpRequest,
  HttpResponse,
  Network,
  Socket,
  SocketHandlers,
} from "../../../src/core/network.ts";

/** What a dead process throws where it has to stop in the middle of something. Nobody but the harness knows it. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** When a process is to die by itself. Counts are 1, 2, 3, … of its life. */
export interface Death {
  /** Events that it writes to its journal; at the last one it dies. */
  readonly atAppend?: { readonly count: number; readonly kept: "nothing" | "part" | "all" };
  /** Timers that fire, frames that come, and answers; at the last one it dies, before or after it has acted on it. */
  readonly atStep?: { readonly count: number; readonly acted: boolean };
  /** Orders that it sends; at the last one it dies. */
  readonly atOrder?: { readonly count: number; readonly sent: boolean };
  /** Whether the machine loses its power with it: what is not on the disk is gone. */
  readonly losesPower?: boolean;
}

/** Hears what a process does. */
export interface LifeListener {
  /** A request is about to leave. */
  onRequest(request: HttpRequest): void;
}

const placing = /\/api\/v3\/order(?:\?|$)|\/spot\/orders(?:\?|$)|\/futures\/usdt\/orders(?:\?|$)/;

/** Whether a request places an order. */
export function placesOrder({ method, url }: HttpRequest): boolean {
  return method === "POST" && placing.test(url);
}

/** A process that can die: after that no timer fires, no promise settles and no frame arrives. */
export class EngineLife {
  /** Why it died; undefined while it lives. */
  death: string | undefined;
  /** Monotonic milliseconds; NaN while it lives. */
  diedAt = NaN;
  /** Whether it dies as planned. */
  isMortal = true;
  /** Whether promises may be waiting to run. Whoever lets them run sets it back. */
  isStirred = true;
  readonly clock: Clock;
  readonly network: Network;
  readonly #sockets = new Set<Socket>();
  #orders = 0;
  #steps = 0;

  constructor(
    private readonly world: { readonly clock: Clock; readonly network: Network },
    private readonly plan: Death,
    private readonly listener: LifeListener,
  ) {
    this.clock = {
      epochMs: (): number => world.clock.epochMs(),
      monotonicMs: (): number => world.clock.monotonicMs(),
      setTimer: (delayMs, callback): Timer => this.#setTimer(delayMs, callback),
    };
    this.network = {
      connect: (url, handlers): Socket => this.#connect(url, handlers),
      fetch: (request): Promise<HttpResponse> => this.#fetch(request),
    };
  }

  /** Whether its machine loses its power when it dies as planned. */
  get losesPower(): boolean {
    return this.isMortal && this.plan.losesPower === true;
  }

  /** Ends it here and now. The operating system closes its sockets; what was sent is under way. */
  die(why: string): void {
    if (this.death !== undefined) return;
    this.death = why;
    this.diedAt = this.world.clock.monotonicMs();
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  /** Runs a part of the process. Its death in the middle is no error. */
  run(part: () => void): void {
    if (this.death !== undefined) return;
    this.isStirred = true;
    const { atStep } = this.plan;
    const diesNow = atStep !== undefined && ++this.#steps === atStep.count && this.isMortal;
    if (diesNow && !atStep.acted) return this.die(`before step ${this.#steps}`);
    try {
      part();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    if (diesNow) this.die(`after step ${this.#steps}`);
  }

  #setTimer(delayMs: number, callback: () => void): Timer {
    if (this.death !== undefined) return { cancel: (): void => {} };
    return this.world.clock.setTimer(delayMs, () => this.run(callback));
  }

  #connect(url: string, handlers: SocketHandlers): Socket {
    if (this.death !== undefined) return { sendText: (): void => {}, close: (): void => {} };
    const socket = this.world.network.connect(url, {
      onOpen: (): void => this.run(() => handlers.onOpen()),
      onText: (text): void => this.run(() => handlers.onText(text)),
      onBinary: (bytes): void => this.run(() => handlers.onBinary(bytes)),
      onClose: (code, reason): void => {
        this.#sockets.delete(socket);
        this.run(() => handlers.onClose(code, reason));
      },
    });
    this.#sockets.add(socket);
    return {
      sendText: (text): void => {
        if (this.death === undefined) socket.sendText(text);
      },
      close: (code, reason): void => {
        if (this.death === undefined) socket.close(code, reason);
      },
    };
  }

  #fetch(request: HttpRequest): Promise<HttpResponse> {
    if (this.death !== undefined) return new Promise(() => {});
    this.listener.onRequest(request);
    const { atOrder } = this.plan;
    const isCounted = atOrder !== undefined && placesOrder(request);
    const diesNow = isCounted && ++this.#orders === atOrder.count && this.isMortal;
    if (!diesNow || atOrder.sent) {
      const answer = this.world.network.fetch(request);
      if (!diesNow) return this.#whileAlive(answer);
      answer.catch(() => {});
    }
    this.die(`at order ${this.#orders}, ${atOrder.sent ? "after" : "before"} it had left`);
    return new Promise(() => {});
  }

  #whileAlive(answer: Promise<HttpResponse>): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      answer.then(
        (response) => this.run(() => resolve(response)),
        (error) => this.run(() => reject(error)),
      );
    });
  }
}
