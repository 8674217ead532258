/**
 * Log files that are not written to any more.
 * @module
 */

/** A file `<name>.<UTC date>.<number>`, compressed or not. */
interface OldFile {
  readonly name: string;
  readonly day: string;
  readonly number: number;
  readonly isCompressed: boolean;
}

/** Names, compresses and removes the older files of one log. */
export class OldLogFiles {
  readonly #folder: string;
  readonly #name: string;
  #work: Promise<void> = Promise.resolve();

  /**
   * @param path Path of the file that is being written.
   * @param keep Older files that are kept.
   * @param compress Whether they are compressed.
   */
  constructor(path: string, private readonly keep: number, private readonly compress: boolean) {
    const slash = path.lastIndexOf("/");
    this.#folder = slash < 0 ? "." : path.slice(0, slash);
    this.#name = path.slice(slash + 1);
  }

  /** Puts the file that was being written, of this UTC day, with the older ones. The rest happens in the background. */
  add(day: string): void {
    const numbers = this.#list().filter((file) => file.day === day).map(({ number }) => number);
    const name = `${this.#name}.${day}.${Math.max(0, ...numbers) + 1}`;
    Deno.renameSync(`${this.#folder}/${this.#name}`, `${this.#folder}/${name}`);
    // What fails here is tried again with the next file.
    this.#work = this.#work.then(() => this.#tidy()).catch(() => {});
  }

  /** Resolves when nothing happens in the background. */
  settled(): Promise<void> {
    return this.#work;
  }

  async #tidy(): Promise<void> {
    const files = this.#list();
    const over = files.splice(0, Math.max(0, files.length - this.keep));
    for (const { name } of over) await Deno.remove(`${this.#folder}/${name}`);
    if (!this.compress) return;
    for (const { name, isCompressed } of files) {
      if (!isCompressed) await compressFile(`${this.#folder}/${name}`);
    }
  }

  /** Older files, oldest first. */
  #list(): OldFile[] {
    const start = `${this.#name}.`;
    const files: OldFile[] = [];
    for (const { name, isFile } of Deno.readDirSync(this.#folder)) {
      if (!isFile || !name.startsWith(start)) continue;
      const match = /^(\d{4}-\d\d-\d\d)\.(\d+)(\.gz)?$/.exec(name.slice(start.length));
      if (match === null) continue;
      files.push({ name, day: match[1]!, number: Number(match[2]), isCompressed: match[3] !== undefined });
    }
    return files.sort((a, b) => a.day < b.day ? -1 : a.day > b.day ? 1 : a.number - b.number);
  }
}

/** Replaces a file by its gzip; a program that ends meanwhile leaves the file as it was. */
async function compressFile(path: string): Promise<void> {
  const part = `${path}.part`;
  const source = await Deno.open(path);
  const target = await Deno.open(part, { write: true, create: true, truncate: true });
  await source.readable.pipeThrough(new CompressionStream("gzip")).pipeTo(target.writable);
  await Deno.rename(part, `${path}.gz`);
  await Deno.remove(path);
}
