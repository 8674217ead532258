/**
 * Foreign keys of rows whose keys the writer has looked up itself.
 *
 * PostgreSQL checks a foreign key row by row, which takes two to three times as long as storing the row. The writer
 * replaces each instrument with the id of a row of `symbols` that it has written before, or with null, which the table
 * refuses; venues are those of the program's own table. So it asks for these checks to be left out in the transactions
 * that copy rows, where it may, and nowhere else.
 * @module
 */
import type { Database } from "./database.ts";

/** Leaves the checks out until the end of the transaction. */
export const vouchForKeys = "set local session_replication_role = replica";

/** From this version on the right to the setting can be granted. */
const grantableVersion = 150_000;

/** With TimescaleDB other work hangs on what would be left out: aggregates learn of new rows by triggers. */
const situation = `select current_setting('server_version_num')::integer as version,
  current_setting('is_superuser') = 'on' as superuser,
  exists (select from pg_extension where extname = 'timescaledb') as timescale`;

/** Whether the checks can be left out here. */
export async function mayVouchForKeys(database: Database): Promise<boolean> {
  const [row] = await database.query(situation);
  if (row === undefined || row["timescale"] === true) return false;
  if (row["superuser"] === true) return true;
  if (!(Number(row["version"]) >= grantableVersion)) return false;
  const [granted] = await database.query(
    "select has_parameter_privilege('session_replication_role', 'SET') as granted",
  );
  return granted?.["granted"] === true;
}
