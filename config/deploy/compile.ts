/**
 * Makes one executable of the program, with its permissions in it: `deno task compile [--output FILE]`.
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

/** The file named by `--output`, or the usual one. */
function outputFile(args: readonly string[]): string {
  if (args.length === 0) return "dist/cexarb";
  const joined = args.join(" ").match(/^--output[ =](.+)$/);
  if (joined === null) {
    throw new TypeError(`Cannot read the arguments "${args.join(" ")}": use --output FILE, or none`);
  }
  return joined[1]!;
}

async function run(deno: string, args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(deno, { args: [...args] }).spawn().status;
  if (code !== 0) Deno.exit(code);
}

async function main(args: readonly string[]): Promise<void> {
  const output = outputFile(args);
  const deno = Deno.env.get("DENO_COMPILE") ?? Deno.execPath();
  // The packages of the lock file have to be there before it can be said which of their files are left out.
  await run(deno, ["install", "--quiet", "--frozen"]);
  await run(deno, [
    "compile",
    "--quiet",
    "--no-check",
    "--frozen",
    "--include=src/storage/worker.ts",
    "--include=src/logging/worker.ts",
    ...permissions,
    ...exclusions(),
    `--output=${output}`,
    "main.ts",
  ]);
  const megabytes = Deno.statSync(output).size / 1e6;
  await Deno.stdout.write(new TextEncoder().encode(`${output}: ${megabytes.toFixed(0)} MB\n`));
}

await main(Deno.args);
