import { TcpError, type TcpErrorStatus } from '../tcp-conversation.js'

/** Why a reply is not believed, or what the server says about our signature. */
export class TsigError extends TcpError {
  override readonly name: string = 'TsigError'

  /**
   * @param status `refused` when the server does not believe us, `failed` when we do not believe it
   * @param code `BADKEY`, `BADSIG`, `BADTIME`, `BADTRUNC` (RFC 8945 section 3), `EUNSIGNED` for a reply without a signature, or
   *   the response code that an unsigned reply has
   */
  constructor(status: TcpErrorStatus, code: string, message: string) {
    super(code, message, { status })
  }
}
