export { type Authentication, authenticateRequest, type TsigSettings } from './authenticate-request.js'
export { SignedRequest } from './signed-request.js'
export { type TsigAlgorithm, TsigKey, TsigKeyError, type TsigKeyErrorCode, type TsigKeyText } from './tsig-key.js'
export { TsigError } from './tsig-record.js'
