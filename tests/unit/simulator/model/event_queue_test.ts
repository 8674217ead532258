import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventQueue } from "../../../../src/simulator/model/event_queue.ts";

Deno.test("The event queue always has the earliest member first", () => {
  const moment = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 40 }), fc.array(moment, { maxLength: 80 }), (starts, gaps) => {
      const members = starts.map((nextEventMs) => ({ nextEventMs }));
      const queue = new EventQueue(members);
      for (const gap of gaps) {
        const { first } = queue;
        assertEquals(
          first?.nextEventMs,
          members.length === 0 ? undefined : Math.min(...members.map((m) => m.nextEventMs)),
        );
        if (first !== undefined) first.nextEventMs += gap;
        queue.moved();
      }
    }),
  );
});
