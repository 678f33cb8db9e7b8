import { describeResolverContract } from '@pstorage/discovery-core/contract'
import { describe, it } from 'vitest'
import { memoryHarness } from './memory-harness.js'

describeResolverContract({ describe, it }, memoryHarness())
