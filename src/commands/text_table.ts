/**
 * Text in columns and lines.
 * @module
 */

/** Space between two columns. */
const gap = "  ";

/**
 * Rows with their cells in columns.
 *
 * @param alignments A sign for each column: `<` left, `>` right.
 */
export function alignedRows(rows: readonly (readonly string[])[], alignments: string): string[] {
  const widths = [...alignments].map((_, column) =>
    Math.max(0, ...rows.map((row) => row.length < alignments.length ? 0 : row[column]!.length))
  );
  return rows.map((row) =>
    row.map((cell, column) =>
      alignments[column] === ">" && row.length === alignments.length
        ? cell.padStart(widths[column]!)
        : cell.padEnd(widths[column]!)
    ).join(gap).trimEnd()
  );
}

/** A text in lines of at most so many characters, broken at spaces, or within a word that is longer than a line. */
export function wrappedLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
