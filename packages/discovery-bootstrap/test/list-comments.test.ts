import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ListComments } from '../src/list/list-comments.js'

const one = '10.0.0.1:2510'
const two = '10.0.0.2:2510'
const three = '10.0.0.3:2510'

describe('ListComments', () => {
  it.each<[what: string, old: string, endpoints: readonly string[], lines: readonly string[]]>([
    ['no comments', `${one} ${two}`, [two, one], [two, one]],
    ['an empty list', '', [one], [one]],
    ['comments alone', '# a\n#b\n', [one], ['# a', '#b', one]],
    ['no endpoints any more', `# a\n${one}\n# b\n${two}\n#c`, [], ['# a', '#c']],
    ['the top, whatever comes first now', `# a\n${one}\n${two}`, [two, one], ['# a', two, one]],
    ['the top, and the first entry', `# a\n\n# 1\n${one}\n${two}`, [two, one], ['# a', '', two, '# 1', one]],
    ['blank lines within the top', `\n# a\n\n# b\n\n${one}`, [one], ['# a', '', '# b', '', one]],
    ['the line above', `${one}\n# 2a\n# 2b\n${two}\n${three}`, [three, two], [three, '# 2a', '# 2b', two]],
    ['a line that is gone', `${one}\n# 2\n${two}\n${three}`, [one, three], [one, three]],
    ['a line of several', `${one}\n# both\n${two}, ${three}`, [three, one], ['', '# both', three, one]],
    ['the end', `${one}\n${two}\n# end\n`, [two], [two, '# end']],
    ['behind an entry', `# a\n${one} # 1\n${two}\t#2`, [two, one], ['# a', '', '#2', two, '# 1', one]],
    ['an indented comment', `${one}\n \t# 2\n${two}`, [two], ['', '# 2', two]],
    ['a comment behind separators', `${one}\n,;# 2\n${two}`, [two], ['', '# 2', two]],
    ['a # within an entry', `${one}\nmds#2 ${two}`, [two], [two]],
    ['an entry without a port', `${one}\n# 2\n10.0.0.2`, [two], ['', '# 2', two]],
    ['other line ends, and a mark', `\ufeff# a\r\n${one}\r# 2\r\n${two}`, [one, two], ['# a', one, '# 2', two]],
    ['a line separator in a comment', `# a\u2028b\n${one}`, [one], ['# a\u2028b', one]],
    ['IPv6', '10.0.0.9\n# six\n[2001:DB8::0:1]', ['[2001:db8::1]:2510'], ['', '# six', '[2001:db8::1]:2510']],
    ['a line of bad entries', `${one}\n# bad\nmds1 0.0.0.0\n${two}`, [one, two], [one, two]],
  ])('keeps %s', (_, old, endpoints, lines) => {
    expect(new ListComments(old).formatAround(endpoints)).toBe(lines.map((line) => `${line}\n`).join(''))
  })

  it('changes nothing more when it is done again', () => {
    const lines = fc.array(fc.constantFrom(one, two, three, `${one} ${two}`, `${two} # x`, '# y', '#z', '', ' ', 'bad'))
    fc.assert(
      fc.property(lines, fc.shuffledSubarray([one, two, three], { minLength: 1 }), (old, endpoints) => {
        const once = new ListComments(old.join('\n')).formatAround(endpoints)
        expect(new ListComments(once).formatAround(endpoints)).toBe(once)
        expect(once.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(endpoints)
      }),
      { seed: 2510, numRuns: 2_000 },
    )
  })
})
