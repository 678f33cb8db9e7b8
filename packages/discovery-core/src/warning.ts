/** Something that an operator should mend. */
export interface Warning {
  /** Stable, kebab-case, for example `txt-name-invalid`; the catalogue is docs/warnings.md. */
  readonly code: string
  /** One escaped line that names the place and, where there is one, the remedy. */
  readonly message: string
}
