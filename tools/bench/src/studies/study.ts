/** Figures without a bar, for documentation and for the search for what has become slow. */
export interface Study {
  readonly name: string
  readonly description: string
  /** Measures, and prints lines as they come. */
  run(): Promise<void>
}

/** Prints one line of a table. */
export function printRow(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(14)).join(''))
}
