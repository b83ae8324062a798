/** Plain text tables. */

/** A goal: at most so much (`strictly`: less). */
export interface Goal {
  readonly limit: number;
  readonly strictly?: boolean;
}

/** Lines of cells under a heading, the first column flush left, all others flush right. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      widths
        .map((width, column) => {
          const cell = row[column] ?? '';
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Two cells: the goal, and whether the value met it; both empty without a goal. */
export function goalCells(value: number, goal: Goal | undefined, digits: number): [string, string] {
  if (goal === undefined) return ['', ''];
  const { limit, strictly = false } = goal;
  const met = strictly ? value < limit : value <= limit;
  return [`${strictly ? '<' : '<='} ${limit.toFixed(digits)}`, met ? 'met' : 'missed'];
}
