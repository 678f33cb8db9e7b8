export { describeResolverContract, laws } from './describe-resolver-contract.js'
export type {
  ContractFaults,
  ContractHarness,
  ContractPatience,
  ContractRunner,
  ContractSupports,
  Fixture,
  World,
  WorldCluster,
  WorldEndpoint,
} from './harness.js'
export type { Law, LawContext } from './law.js'
