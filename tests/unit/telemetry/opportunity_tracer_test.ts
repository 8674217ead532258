import { assertEquals } from "@std/assert";
import { FrameTrace } from "../../../src/telemetry/frame_trace.ts";
import { OpportunityTracer } from "../../../src/telemetry/opportunity_tracer.ts";

// That traces are sent where Deno is told to is shown with a real program, in tests/integration/cli_telemetry_test.ts.

Deno.test("There is no tracer without a share to trace, nor where Deno sends no traces", () => {
  assertEquals(OpportunityTracer.open(0, new FrameTrace()), undefined);
  assertEquals(OpportunityTracer.open(1, new FrameTrace()), undefined);
});

Deno.test("FrameTrace knows when a frame was in its book, and how long that took", () => {
  const trace = new FrameTrace();
  const before = performance.now();
  trace.begin();
  const elapsed = trace.reachBook();
  const after = performance.now();
  assertEquals(trace.bookAt - trace.receivedAt, elapsed);
  assertEquals([trace.receivedAt >= before, trace.bookAt <= after, trace.active], [true, true, true]);
  trace.end();
  assertEquals(trace.active, false);
});
