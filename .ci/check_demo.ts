/**
 * Reads the output of `demo --json` and says what is wrong with the run that its last line sums up. Exit code 1
 * when something is.
 * @module
 */

const venues = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"];

/** A number of the summary with the names on the way to it, and with the texts that stand beside it. */
interface Figure {
  readonly path: readonly string[];
  readonly labels: readonly string[];
  readonly value: number;
}

function* figuresOf(value: unknown, path: string[] = [], labels: string[] = []): Generator<Figure> {
  if (typeof value === "number") yield { path, labels, value };
  if (typeof value !== "object" || value === null) return;
  const beside = Object.values(value).filter((entry) => typeof entry === "string");
  for (const [name, entry] of Object.entries(value)) {
    yield* figuresOf(entry, [...path, name], [...labels, ...beside]);
  }
}

/** Sentences about what is wrong with the summary of a demo; none when the run was sound. */
export function demoProblems(summary: unknown): string[] {
  const figures = [...figuresOf(summary)];
  const named = (name: string): number[] =>
    figures.filter(({ path }) => path.at(-1) === name).map(({ value }) => value);
  const problems: string[] = [];
  for (const name of ["decodeErrors", "lost"]) {
    const values = named(name);
    if (values.length === 0) problems.push(`no figure is called ${name}`);
    if (values.some((value) => value !== 0)) problems.push(`${name} is ${values.join(", ")} instead of 0`);
  }
  const executions = named("executions");
  if (!executions.some((count) => count >= 1)) {
    problems.push(`executions is ${executions.join(", ") || "missing"}`);
  }
  for (const venue of venues) {
    const frames = figures.filter(({ path, labels }) =>
      path.includes("frames") && (path.includes(venue) || labels.includes(venue))
    );
    if (!frames.some(({ value }) => value > 0)) problems.push(`${venue} has no frames`);
  }
  return problems;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const lines = (await new Response(Deno.stdin.readable).text()).trimEnd().split("\n");
  const summary = parse(lines.at(-1)!);
  const problems = summary === undefined
    ? [`the last line of ${lines.length} is no JSON: ${lines.at(-1)!.slice(0, 200)}`]
    : demoProblems(summary);
  await new Response(problems.map((problem) => `demo: ${problem}\n`).join("")).body
    ?.pipeTo(Deno.stdout.writable);
  Deno.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
