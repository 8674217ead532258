/**
 * Traces of single opportunities through the stages of the program, for OpenTelemetry.
 * @module
 */
import {
  type Attributes,
  context,
  ProxyTracerProvider,
  type Span,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { FrameTrace } from "./frame_trace.ts";

/** Largest number of traces at once; opportunities beyond are not traced. */
const maxOpen = 1_000;

/**
 * Traces a share of all opportunities. A trace is the opportunity from the frame that showed it to its end; in it are
 * the way of that frame, and of each frame that led to a trade, to book and decision. Times are the machine's also in
 * a run on a simulated clock: they measure the program.
 *
 * Deno sends the traces itself when it is started with `OTEL_DENO=true`; without that everything here does nothing.
 */
export class OpportunityTracer {
  readonly #tracer: Tracer;
  readonly #open = new Map<number, Span>();

  private constructor(private readonly share: number, private readonly frame: FrameTrace) {
    this.#tracer = trace.getTracer("cexarb");
  }

  /**
   * Undefined when there is nothing to trace or nobody to send it.
   *
   * @param share Share of the opportunities that are traced, 0 to 1.
   * @param frame Stamps of the frame that is being worked on.
   */
  static open(share: number, frame: FrameTrace): OpportunityTracer | undefined {
    if (share <= 0 || trace.getTracerProvider() instanceof ProxyTracerProvider) return undefined;
    return new OpportunityTracer(share, frame);
  }

  /** An opportunity has begun with the frame that is being worked on. Called again for the same one, it does nothing. */
  begin(id: number): void {
    if (!isChosen(id, this.share) || this.#open.has(id) || this.#open.size >= maxOpen) return;
    // Without a frame a book has become usable by the answer to a request.
    const startTime = epochMs(this.frame.active ? this.frame.receivedAt : performance.now());
    const span = this.#tracer.startSpan("opportunity", {
      startTime,
      root: true,
      attributes: { "cexarb.opportunity.id": id },
    });
    this.#open.set(id, span);
    this.#addStages(span);
  }

  /** It was traded, because of the frame that is being worked on. */
  traded(id: number, attributes: Attributes): void {
    const isKnown = this.#open.has(id);
    this.begin(id);
    const span = this.#open.get(id);
    if (span === undefined) return;
    // The first frame's stages are there already.
    if (isKnown) this.#addStages(span);
    const now = epochMs(performance.now());
    this.#child(span, "trade", now, now, attributes);
  }

  /** It is over. */
  end(id: number, attributes: Attributes): void {
    const span = this.#open.get(id);
    if (span === undefined) return;
    this.#open.delete(id);
    span.setAttributes(attributes);
    span.end(epochMs(performance.now()));
  }

  #addStages(parent: Span): void {
    if (!this.frame.active) return;
    const { receivedAt, bookAt } = this.frame;
    this.#child(parent, "receive_to_book", epochMs(receivedAt), epochMs(bookAt), {});
    this.#child(parent, "book_to_decision", epochMs(bookAt), epochMs(performance.now()), {});
  }

  #child(parent: Span, name: string, startTime: number, endTime: number, attributes: Attributes): void {
    const parentContext = trace.setSpan(context.active(), parent);
    this.#tracer.startSpan(name, { startTime, attributes }, parentContext).end(endTime);
  }
}

/** Chooses by the id alone, evenly spread, so that what is traced changes nothing and is the same in every run. */
function isChosen(id: number, share: number): boolean {
  return (Math.imul(id, 0x9e3779b1) >>> 0) / 2 ** 32 < share;
}

/** Epoch milliseconds, with their fraction, of a moment of `performance.now()`. */
function epochMs(moment: number): number {
  return performance.timeOrigin + moment;
}
