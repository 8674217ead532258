import { runCommandLine } from "./src/commands/cli.ts";

Deno.exit(await runCommandLine(Deno.args));
