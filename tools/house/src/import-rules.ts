import type { IRegularForbiddenRuleType } from 'dependency-cruiser'
import { BACKENDS, FENCES, LAYERS, type PackageLayer } from './layers.js'

/** The rules about imports, in the form of dependency-cruiser. The first part of a name is the kind of rule. */
export function importRules(
  layers: Readonly<Record<string, PackageLayer>> = LAYERS,
): readonly IRegularForbiddenRuleType[] {
  return [
    error('circle', 'Cut it: move what both need into a file below them.', {}, { circular: true }),
    error('missing', 'No such file or package.', {}, { couldNotResolve: true }),
    ...Object.entries(layers).flatMap(([directory, layer]) => [
      ...packageRules(directory, layer),
      ...roomRules(directory, layer),
    ]),
    ...BACKENDS.map((backend) =>
      error(
        `layer ${backend} tests`,
        'A backend knows no other backend, not even in tests: test both in discovery-cli or in a tool.',
        { path: `^packages/${backend}/test/` },
        { path: `^packages/(${BACKENDS.filter((other) => other !== backend).join('|')})/` },
      ),
    ),
    ...Object.entries(FENCES).map(([library, { folders, why }]) =>
      error(
        `fence ${library}`,
        `Only ${folders.join(', ')} may import it: ${why}.`,
        { pathNot: `^(${folders.join('|')})/` },
        { path: libraryPath([library]) },
      ),
    ),
    error(
      'layer discovery-core has no DNS',
      'What knows DNS belongs into discovery-dns or dns-message.',
      { path: '^packages/discovery-core/src/' },
      { path: 'dns' },
    ),
  ]
}

function packageRules(directory: string, { packages, libraries }: PackageLayer): readonly IRegularForbiddenRuleType[] {
  const from = { path: `^packages/${directory}/src/` }
  const may = [...packages, ...libraries].join(', ') || 'nothing but Node.js'
  return [
    error(`layer ${directory} packages`, `It may import ${may}: see layers.ts.`, from, {
      path: '^(packages|tools)/',
      pathNot: `^packages/(${[directory, ...packages].join('|')})/src/`,
    }),
    error(`layer ${directory} libraries`, `It may import ${may}: see layers.ts.`, from, {
      path: '(^|/)node_modules/',
      ...(libraries.length === 0 ? {} : { pathNot: libraryPath(libraries) }),
    }),
    error(`manifest ${directory}`, 'Declare it in "dependencies" of its package.json.', from, {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
    }),
  ]
}

/** One rule for each room: it may import itself and the rooms of the floors below. */
function roomRules(directory: string, { rooms: floors = [] }: PackageLayer): readonly IRegularForbiddenRuleType[] {
  const all = floors.flat()
  return floors.flatMap((floor, height) =>
    floor.map((room) => {
      const below = floors.slice(height + 1).flat()
      return error(
        `room ${directory}/${room}`,
        `It may import ${below.join(', ') || 'no other room'}: see layers.ts.`,
        { path: roomPath(directory, room, all) },
        {
          path: `^packages/${directory}/src/`,
          pathNot: [room, ...below].map((allowed) => roomPath(directory, allowed, all)),
        },
      )
    }),
  )
}

/** Matches the files of a room, without those of the rooms inside of it. */
function roomPath(directory: string, room: string, all: readonly string[]): string {
  const inside = all.filter((other) => other.startsWith(`${room}/`)).map((other) => other.slice(room.length + 1))
  const except = inside.length === 0 ? '' : `(?!(?:${inside.join('|')})/)`
  return `^packages/${directory}/src/${room}${room.endsWith('.ts') ? '$' : `/${except}`}`
}

const libraryPath = (libraries: readonly string[]): string => `(^|/)node_modules/(${libraries.join('|')})/`

const error = (
  name: string,
  comment: string,
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType => ({ name, comment, severity: 'error', from, to })
