export {
  type CheckDescription,
  type Finding,
  type FindingFacts,
  type FindingLevel,
  finding,
  findingLevels,
  isAtLeast,
  worstLevel,
} from './finding.js'
export {
  commands,
  type Fix,
  firewallLooks,
  type Remedy,
  type RemedyKind,
  type RemedyParts,
  remedy,
  safeCommand,
  shellText,
  shellWord,
} from './remedy.js'
