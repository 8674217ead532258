/**
 * Makes one executable of the program, with its permissions in it: `deno task compile [--output FILE]`. With `--bench` it
 * makes one of the bench from a frame to its order instead, in the same way, and runs it: `deno task bench-compiled`.
 *
 * The environment variable `DENO_COMPILE` names another Deno to compile with than the one that runs this.
 * @module
 */

/** Where the program may connect to or listen: itself and the venues. */
const hosts = [
  "127.0.0.1",
  "localhost",
  "api.mexc.com",
  "wbs-api.mexc.com",
  "api.gateio.ws",
  "fx-ws.gateio.ws",
  "fx-api.gateio.ws",
];

/** All that it sees of the environment: keys of accounts, the database's password and name for it, and variables of its own. */
const variables = [
  "MEXC_API_KEY",
  "MEXC_API_SECRET",
  "GATEIO_API_KEY",
  "GATEIO_API_SECRET",
  "PGPASSWORD",
  "PGAPPNAME",
  // What configuration files may take from the environment.
  "CEXARB_*",
];

/**
 * What the program may do: read, because configurations and tapes lie where their owner put them; write to `data`
 * in the folder in which it is started; talk to the venues; see these variables. It starts nothing, and refuses where Deno
 * would ask.
 */
const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-write=data",
  `--allow-env=${variables.join(",")}`,
  `--allow-net=${hosts.join(",")}`,
];

/** What is made into an executable. */
interface Program {
  readonly output: string;
  readonly main: string;
  /** Files that are started by their address, which is no import. */
  readonly workers: readonly string[];
  readonly permissions: readonly string[];
}

const product: Program = {
  output: "dist/cexarb",
  main: "main.ts",
  workers: ["src/storage/worker.ts", "src/logging/worker.ts"],
  permissions,
};

const bench: Program = {
  output: "dist/tick_to_order_bench",
  main: "tests/bench/tick_to_order_bench.ts",
  workers: [
    "src/logging/worker.ts",
    "tests/bench/tick_to_order_venue_worker.ts",
    "tests/bench/tick_to_order_client_worker.ts",
  ],
  permissions: ["--no-prompt", "--allow-read", "--allow-write=data", "--allow-net=127.0.0.1"],
};

/** Packages that only tests, benches and checks import, by the beginning of their folder names. */
const developmentPackages = [
  "@babel+",
  "fast-check@",
  // nodejs-order-book and what it brings along.
  "nodejs-order-book@",
  "denque@",
  "functional-red-black-tree@",
  // ccxt and what it brings along.
  "ccxt@",
  "@noble+",
  "@scure+",
  "bufferutil@",
  "fflate@",
  "node-gyp-build@",
  "undici@",
  "ws@",
  "@logtape+",
  // pino and what it brings along.
  "pino@",
  "pino-",
  "@pinojs+",
  "atomic-sleep@",
  "on-exit-leak-free@",
  "process-warning@",
  "quick-format-unescaped@",
  "real-require@",
  "safe-stable-stringify@",
  "sonic-boom@",
  "split2@",
  "thread-stream@",
];

/** Files of packages that no running program reads: maps for debuggers, and extensions of the database. */
const needlessFile = /\.(map|tar\.gz)$/;

/**
 * Folders of packages that no running program reads. The samples in the tests of bintrees (prom-client brings it along)
 * are numbers without end, which `deno compile` takes for one expression and does not survive.
 */
const needlessFolder = /\/bintrees\/test$/;

const packagesFolder = "node_modules/.deno";

/** Arguments of `deno compile` that leave out what the program does not need. */
function exclusions(): string[] {
  const left: string[] = [];
  for (const { name } of Deno.readDirSync(packagesFolder)) {
    const folder = `${packagesFolder}/${name}/node_modules`;
    const unused = developmentPackages.some((start) => name.startsWith(start));
    if (name.includes("@")) left.push(...(unused ? packagesIn(folder) : needlessFilesIn(folder)));
  }
  return left.flatMap((path) => ["--exclude", path]);
}

/** The folders of the packages themselves: leaving out one above them is without effect. */
function packagesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) =>
    name.startsWith("@") ? packagesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

function needlessFilesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return needlessFolder.test(path) ? [path] : needlessFilesIn(path);
    return entry.isFile && needlessFile.test(entry.name) ? [path] : [];
  });
}

/** What the arguments ask for: the product, into the file that `--output` names or the usual one, or the bench. */
function programOf(args: readonly string[]): Program {
  const joined = args.join(" ");
  if (joined === "--bench") return bench;
  const named = joined.match(/^--output[ =](.+)$/);
  if (joined !== "" && named === null) {
    throw new TypeError(`Cannot read the arguments "${joined}": use --output FILE, --bench, or none`);
  }
  return { ...product, ...(named === null ? {} : { output: named[1]! }) };
}

async function run(deno: string, args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(deno, { args: [...args] }).spawn().status;
  if (code !== 0) Deno.exit(code);
}

async function main(args: readonly string[]): Promise<void> {
  const program = programOf(args);
  const deno = Deno.env.get("DENO_COMPILE") ?? Deno.execPath();
  // The packages of the lock file have to be there before it can be said which of their files are left out.
  await run(deno, ["install", "--quiet", "--frozen"]);
  await run(deno, [
    "compile",
    "--quiet",
    "--no-check",
    "--frozen",
    ...program.workers.map((worker) => `--include=${worker}`),
    ...program.permissions,
    ...exclusions(),
    `--output=${program.output}`,
    program.main,
  ]);
  const megabytes = Deno.statSync(program.output).size / 1e6;
  await Deno.stdout.write(new TextEncoder().encode(`${program.output}: ${megabytes.toFixed(0)} MB\n`));
  if (program === bench) await run(program.output, []);
}

await main(Deno.args);
