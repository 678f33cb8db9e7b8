import { describe, expect, it } from 'vitest'
import { controlText, debianVersion } from '../src/debian/control.js'

describe('debianVersion', () => {
  it.each([
    { version: '1.2.3', debian: '1.2.3' },
    { version: '1.0.0-rc.1', debian: '1.0.0~rc.1' },
    { version: '1.0.0-next-2', debian: '1.0.0~next-2' },
  ])('$version is $debian', ({ version, debian }) => expect(debianVersion(version)).toBe(debian))
})

describe('controlText', () => {
  it.each([
    { architecture: 'x64', debian: 'amd64' },
    { architecture: 'arm64', debian: 'arm64' },
  ] as const)('$architecture is $debian', ({ architecture, debian }) => {
    expect(controlText(architecture, '1.0.0', 1)).toContain(`\nArchitecture: ${debian}\n`)
  })

  it('ends its only paragraph with a line feed, and has no empty line in it', () => {
    expect(controlText('arm64', '1.0.0', 1)).toMatch(/^Package: .*[^\n]\n$/s)
    expect(controlText('arm64', '1.0.0', 1)).not.toContain('\n\n')
  })
})
