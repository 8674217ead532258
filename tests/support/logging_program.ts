/**
 * A program that writes a record every millisecond until it ends in the way that its second argument names. It tells on
 * standard output which records it has written: `<number> <epoch ms>`.
 *
 * Arguments: path of the log file; `killed`, `terminated`, `thrown` or `rejected`.
 * @module
 */
import { Interruption } from "../../src/commands/interruption.ts";
import { withLog } from "../../src/commands/program_log.ts";

const [path = "", end = ""] = Deno.args;
const encoder = new TextEncoder();

await withLog(
  {
    level: "debug",
    backends: {
      file: { kind: "file", path, format: "json" },
      audit: { kind: "audit", path: `${path}.audit` },
    },
  },
  { verb: "test", drain: "worker" },
  async (log) => {
    const written = log.logger("test").event("info", "Written", ["n"]);
    const interruption = new Interruption();
    let n = 0;
    const timer = setInterval(() => {
      written.write(++n);
      Deno.stdout.writeSync(encoder.encode(`${n} ${Date.now()}\n`));
      if (n === 300 && end === "thrown") throw new Error("thrown on purpose");
      if (n === 300 && end === "rejected") void Promise.reject(new Error("rejected on purpose"));
    }, 1);
    await interruption.orAfter(undefined);
    clearInterval(timer);
    written.write(-1);
  },
);
Deno.exit(0);
