/**
 * Configuration files that are each broken in one known way.
 * @module
 */

/** A broken file. */
export interface BrokenConfig {
  /** What was done to it. */
  readonly kind: string;
  /** Files by name; `main.yaml` is the one to load. */
  readonly files: Readonly<Record<string, string>>;
  /** Path that the error must name. */
  readonly path: string;
  /** Words that the error must hold. */
  readonly words: readonly string[];
}

type Setting = string | number | boolean | null;
interface Section {
  [name: string]: Setting | Setting[] | Section;
}

/** A file in which every kind of setting is there. */
function sound(): Section {
  return {
    mode: "paper",
    seed: 7,
    exchanges: {
      MEXC_SPOT: { bookSpeed: "fast", rest: "https://mirror.example" },
      GATEIO_SPOT: { bookStream: "obu", ws: "wss://mirror.example/ws" },
      GATEIO_FUTURES: { bookSpeed: "normal" },
    },
    pairs: ["BTC/USDT", "ETH/USDT", "SOL/USDT"],
    trading: {
      minEdge: "2bps",
      minProfit: "$0.05",
      exitProfit: "0.02%",
      basis: { enabled: true, entryZ: 2, halfLife: "10m" },
    },
    risk: {
      maxNotional: "$1000",
      maxPositionNotional: "5000USDT",
      maxBookAge: "5s",
      maxDailyLoss: "$100",
      maxOpenExecutions: 2,
    },
    execution: {
      orderTimeout: "5s",
      hedge: { bands: ["5bps", "20bps"], wait: "1s" },
      deadManSeconds: 30,
      killFile: "data/stop",
      journal: { segments: 5 },
    },
    paper: { quoteBalance: 50000, inventoryNotional: 5000 },
    network: { requestTimeout: "10s", maxReconnectDelay: "30s" },
    storage: { dataDirectory: "data/x", tls: "disable", maxSpool: "64MiB", caFile: "ca.pem" },
    recording: {
      depthLevels: 10,
      depthInterval: "1s",
      trades: true,
      statusInterval: "10s",
      fundingInterval: "1m",
    },
    log: { level: "info", ringSize: "1MiB", drainInterval: "10ms" },
  };
}

/** Values that no setting of this name takes, by the kind of mistake. */
const outOfRange: readonly (readonly [path: string, value: Setting])[] = [
  ["seed", 2147483648],
  ["seed", 1.5],
  ["trading.minEdge", "-1bps"],
  ["trading.minProfit", -0.01],
  ["risk.maxNotional", 0],
  ["risk.maxNotional", "$-5"],
  ["risk.maxPositionNotional", -1],
  ["risk.maxDailyLoss", 0],
  ["risk.maxOpenExecutions", 0],
  ["trading.basis.entryZ", -1],
  ["trading.basis.halfLife", "91d"],
  ["execution.deadManSeconds", 3],
  ["execution.journal.segments", 1.5],
  ["execution.hedge.wait", "0s"],
  ["risk.maxBookAge", "0s"],
  ["risk.maxBookAge", "25h"],
  ["paper.quoteBalance", -5],
  ["paper.inventoryNotional", -0.5],
  ["network.requestTimeout", "0ms"],
  ["network.maxReconnectDelay", "2d"],
  ["storage.maxSpool", "0MiB"],
  ["storage.dataDirectory", ""],
  ["recording.depthLevels", 201],
  ["recording.depthLevels", -1],
  ["recording.depthLevels", 1.5],
  ["recording.depthInterval", "99ms"],
  ["recording.statusInterval", "2d"],
  ["recording.fundingInterval", "100.5ms"],
  ["log.ringSize", "1MB"],
  ["log.ringSize", "512MiB"],
  ["log.drainInterval", "0ms"],
  ["mode", "real"],
  ["log.level", "loud"],
  ["storage.tls", "maybe"],
  ["exchanges.MEXC_SPOT.bookSpeed", "quick"],
];

const withUnits = [
  "trading.minEdge",
  "trading.minProfit",
  "trading.exitProfit",
  "risk.maxNotional",
  "risk.maxPositionNotional",
  "risk.maxBookAge",
  "trading.basis.halfLife",
  "execution.orderTimeout",
  "network.requestTimeout",
  "network.maxReconnectDelay",
  "storage.maxSpool",
  "recording.depthInterval",
  "recording.statusInterval",
  "recording.fundingInterval",
  "log.ringSize",
  "log.drainInterval",
];
const badUnits = ["5parsec", "5 5", "s5", "5S"];

/** All paths of settings in a file: of sections and of what is in them. */
function paths(section: Section, before = ""): string[] {
  return Object.entries(section).flatMap(([name, value]) => {
    const path = before + name;
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    return isSection ? [path, ...paths(value, `${path}.`)] : [path];
  });
}

function at(document: Section, path: string): { section: Section; name: string } {
  const names = path.split(".");
  const name = names.pop()!;
  return { section: names.reduce((section, each) => section[each] as Section, document), name };
}

/** YAML with a line for every setting, written by hand so that nothing of the program is needed for it. */
function yaml(section: Section, indent = ""): string {
  return Object.entries(section).map(([name, value]) => {
    if (Array.isArray(value)) return `${indent}${name}: ${JSON.stringify(value)}\n`;
    if (typeof value === "object" && value !== null) {
      return `${indent}${name}:\n${yaml(value, `${indent}  `)}`;
    }
    return `${indent}${name}: ${JSON.stringify(value)}\n`;
  }).join("");
}

function changed(change: (document: Section) => void): { "main.yaml": string } {
  const document = sound();
  change(document);
  return { "main.yaml": yaml(document) };
}

/** The name with two letters in the wrong order. */
function misspelt(name: string): string {
  const middle = Math.floor(name.length / 2);
  const at = name[middle] === name[middle - 1] ? middle + 1 : middle;
  return name.slice(0, at - 1) + name[at]! + name[at - 1]! + name.slice(at + 1);
}

function typos(): BrokenConfig[] {
  return paths(sound()).filter((path) => path !== "mode").map((path) => {
    const { name } = at(sound(), path);
    const wrong = misspelt(name);
    const files = changed((document) => {
      const { section } = at(document, path);
      section[wrong] = section[name]!;
      delete section[name];
    });
    const wrongPath = path.slice(0, path.length - name.length) + wrong;
    return {
      kind: "typo",
      files,
      path: wrongPath,
      words: ["there is no such setting", `did you mean ${name}?`],
    };
  });
}

function wrongTypes(): BrokenConfig[] {
  return paths(sound()).flatMap((path) => {
    const { section, name } = at(sound(), path);
    const value = section[name]!;
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    const others: (Setting | Setting[] | Section)[] = isSection
      ? [5, ["x"]]
      : [Array.isArray(value) ? 5 : [1, 2], { a: 1 }];
    return others.map((other) => ({
      kind: "wrong type",
      files: changed((document) => at(document, path).section[name] = other),
      path,
      words: ["must be"],
    }));
  });
}

function missing(): BrokenConfig[] {
  const without = (name: string): BrokenConfig => ({
    kind: "missing",
    files: changed((document) => delete document[name]),
    path: name,
    words: ["is missing", `add \`${name}:\``],
  });
  const inLog = (log: Section, path: string): BrokenConfig => ({
    kind: "missing",
    files: changed((document) => document["log"] = log),
    path,
    words: ["is missing"],
  });
  return [
    without("exchanges"),
    without("pairs"),
    inLog({ backends: { f: { kind: "file" } } }, "log.backends.f.path"),
    inLog({ backends: { a: { kind: "audit", sync: "batch" } } }, "log.backends.a.path"),
    {
      kind: "missing",
      files: { "main.yaml": "extends: base.yaml\n", "base.yaml": "exchanges:\n  MEXC_SPOT:\n" },
      path: "pairs",
      words: ["is missing"],
    },
    {
      kind: "missing",
      files: { "main.yaml": "extends: base.yaml\npairs: [BTC/USDT]\n" },
      path: "extends",
      words: ["There is no file", "base.yaml"],
    },
  ];
}

function outsideRange(): BrokenConfig[] {
  return outOfRange.map(([path, value]) => ({
    kind: "out of range",
    files: changed((document) => {
      const { section, name } = at(document, path);
      section[name] = value;
    }),
    path,
    words: ["must"],
  }));
}

function wrongUnits(): BrokenConfig[] {
  return withUnits.flatMap((path) =>
    badUnits.map((value) => ({
      kind: "bad unit",
      files: changed((document) => {
        const { section, name } = at(document, path);
        section[name] = value;
      }),
      path,
      words: ["must be like", JSON.stringify(value)],
    }))
  );
}

function missingVariables(): BrokenConfig[] {
  return paths(sound()).map((path, index) => {
    const variable = `CEXARB_ABSENT_${index}`;
    return {
      kind: "missing variable",
      files: changed((document) => {
        const { section, name } = at(document, path);
        section[name] = `\${${variable}}`;
      }),
      path,
      // Where the tests may not read it, it is not known whether it is set.
      words: [variable],
    };
  });
}

function circles(): BrokenConfig[] {
  return Array.from({ length: 10 }, (_, length) => {
    const names = ["main.yaml", ...Array.from({ length }, (_, index) => `p${index}.yaml`)];
    const next = (index: number): string => names[(index + 1) % names.length]!;
    return {
      kind: "cyclic profile",
      files: Object.fromEntries(
        names.map((name, index) => [name, `extends: ${next(index)}\n${yaml(sound())}`]),
      ),
      path: "extends",
      words: ["goes round in a circle", "main.yaml → ", " → "],
    };
  });
}

/** So many broken files, all kinds in turn; always the same. */
export function brokenConfigs(count: number): BrokenConfig[] {
  const kinds = [
    typos(),
    wrongTypes(),
    missing(),
    outsideRange(),
    wrongUnits(),
    missingVariables(),
    circles(),
  ];
  const chosen: BrokenConfig[] = [];
  for (let round = 0; chosen.length < count; round++) {
    const before = chosen.length;
    for (const kind of kinds) {
      if (chosen.length < count && kind[round] !== undefined) chosen.push(kind[round]!);
    }
    if (chosen.length === before) throw new RangeError(`There are only ${before} broken configurations`);
  }
  return chosen;
}
