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
  firewallLooks,
  type Remedy,
  type RemedyKind,
  type RemedyParts,
  remedy,
  shellText,
  shellWord,
} from './remedy.js'
