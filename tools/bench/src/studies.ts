import { growth } from './studies/growth.js'
import { startUp } from './studies/start-up.js'
import type { Study } from './studies/study.js'
import { transferCurve } from './studies/transfer-curve.js'

/** Measurements of how cost grows, without a bar. */
export const studies: readonly Study[] = [transferCurve, growth, startUp]
