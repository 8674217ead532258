/**
 * One way between the program and an account on paper.
 * @module
 */
import type { Clock, Timer } from "../../core/clock.ts";
import type { PaperDelays } from "./paper_latency.ts";

interface Message {
  readonly deliver: () => void;
  readonly lose: (() => void) | undefined;
  timer: Timer | undefined;
}

/** Delivers messages after their delay, never at once. */
export class PaperLine {
  readonly #underWay = new Set<Message>();
  #lastDue = -Infinity;
  #isClosed = false;

  /**
   * @param keepsOrder Whether nothing overtakes, as on one connection; else each has its own way, as with requests
   *   side by side.
   */
  constructor(
    private readonly clock: Clock,
    private readonly delays: PaperDelays,
    private readonly keepsOrder: boolean,
  ) {}

  /**
   * Sends a message.
   *
   * @param lose Called instead when the line is, or gets, closed before.
   */
  send(deliver: () => void, lose?: () => void): void {
    if (this.#isClosed) return lose?.();
    const message: Message = { deliver, lose, timer: undefined };
    this.#underWay.add(message);
    const now = this.clock.monotonicMs();
    let due = now + this.delays.drawMs();
    if (this.keepsOrder) due = this.#lastDue = Math.max(this.#lastDue, due);
    message.timer = this.clock.setTimer(due - now, () => this.#arrive(message));
  }

  /** Loses what is under way, and everything from now on. */
  close(): void {
    this.#isClosed = true;
    const lost = [...this.#underWay];
    this.#underWay.clear();
    for (const { timer, lose } of lost) {
      timer?.cancel();
      lose?.();
    }
  }

  /** Timers of a real clock may fire out of turn by a fraction of a millisecond: the first one waiting goes first. */
  #arrive(message: Message): void {
    const [first = message] = this.#underWay;
    const arrived = this.keepsOrder ? first : message;
    if (!this.#underWay.delete(arrived)) return;
    arrived.deliver();
  }
}
