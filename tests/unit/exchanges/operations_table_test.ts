import { assertEquals } from "@std/assert";
import { GateioFuturesPrivateRest } from "../../../src/exchanges/gateio/private_futures_rest.ts";
import { GateioSpotPrivateRest } from "../../../src/exchanges/gateio/private_spot_rest.ts";
import { GateioFuturesPublicRest } from "../../../src/exchanges/gateio/public_futures_rest.ts";
import { GateioSpotPublicRest } from "../../../src/exchanges/gateio/public_spot_rest.ts";
import { CompositePrivateFuturesExchange } from "../../../src/exchanges/interfaces/composite_private_futures.ts";
import { CompositePrivateSpotExchange } from "../../../src/exchanges/interfaces/composite_private_spot.ts";
import { MexcPrivateRest } from "../../../src/exchanges/mexc/private_rest.ts";
import { MexcPublicRest } from "../../../src/exchanges/mexc/public_rest.ts";

/** Columns of the table with the classes whose methods they list. */
const venues = [
  { publicRest: MexcPublicRest, composite: CompositePrivateSpotExchange, privateRest: MexcPrivateRest },
  {
    publicRest: GateioSpotPublicRest,
    composite: CompositePrivateSpotExchange,
    privateRest: GateioSpotPrivateRest,
  },
  {
    publicRest: GateioFuturesPublicRest,
    composite: CompositePrivateFuturesExchange,
    privateRest: GateioFuturesPrivateRest,
  },
];
/** Methods that are no operations of a venue. */
const lifecycle = ["bind", "start", "stop"];
/** The one operation that a composite has and a venue has not: the contract test holds that it is refused. */
const refused = ["amend on column 0"];

/** Names of the methods of a class and of those that it extends. */
function methodsOf(prototype: object | null): string[] {
  if (prototype === null || prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
    .map(([name]) => name);
  return [...own, ...methodsOf(Object.getPrototypeOf(prototype))];
}

Deno.test("The table of operations in the README lists what the classes of each venue have", async () => {
  const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
  const section = readme.split("## Operations by venue")[1]!.split("\n## ")[0]!;
  const rows = section.split("\n").filter((line) => line.startsWith("| `")).map((line) => {
    const [name, ...marks] = line.split("|").slice(1, -1).map((cell) => cell.trim());
    return { name: name!.replaceAll("`", ""), marks };
  });
  for (const [column, { publicRest, composite, privateRest }] of venues.entries()) {
    const listed = rows.filter(({ marks }) => marks[column] === "yes").map(({ name }) => name).sort();
    const expected = [
      ...methodsOf(publicRest.prototype).filter((name) => name.startsWith("fetch")),
      ...methodsOf(composite.prototype).filter((name) => !lifecycle.includes(name)),
      ...methodsOf(privateRest.prototype).filter((name) => name === "keepAlive"),
    ].filter((name) => !refused.includes(`${name} on column ${column}`));
    assertEquals(listed, [...new Set(expected)].sort());
  }
});
