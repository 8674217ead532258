/**
 * Who is next.
 * @module
 */

/** Something with a next moment. */
export interface Scheduled {
  /** Milliseconds since the start; the queue reads it again after {@link EventQueue.moved}. */
  readonly nextEventMs: number;
}

/** A binary heap by the next moment of its members. */
export class EventQueue<Member extends Scheduled> {
  readonly #heap: Member[];

  constructor(members: Iterable<Member>) {
    this.#heap = [...members].sort((a, b) => a.nextEventMs - b.nextEventMs);
  }

  /** The member whose moment comes first, or undefined when there are no members. */
  get first(): Member | undefined {
    return this.#heap[0];
  }

  /** Puts the first member where it belongs after its moment was moved on. */
  moved(): void {
    const heap = this.#heap;
    const member = heap[0];
    if (member === undefined) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.nextEventMs < heap[child]!.nextEventMs) child += 1;
      if (heap[child]!.nextEventMs >= member.nextEventMs) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = member;
  }
}
