/**
 * How a request to the API can go wrong (behaviour.md section 5):
 * - `transient`: worth another try; a restart that ended so may have been accepted all the same
 * - `rate-limited`: worth another try, later and less often; the API did not act on it
 * - `bad-request`: a 400, for a restart the API's way to say "not restartable now"
 * - `permanent`: another try gives the same answer
 */
export type FaultKind = 'transient' | 'rate-limited' | 'bad-request' | 'permanent';

export interface FaultDetails {
  readonly kind: FaultKind;
  /** The HTTP status of the answer; absent where none came. */
  readonly httpStatus?: number | undefined;
  /** The `Retry-After` header as it came. */
  readonly retryAfter?: string | undefined;
  /** The system's name for a fault without an answer, such as ECONNREFUSED, or one of `FAULT_CODES`. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/** Names for faults that the system has no single name for. */
export const FAULT_CODES = { certificate: 'CERTIFICATE', proxy: 'PROXY', timeout: 'TIMEOUT' } as const;

/** A request to the API that brought no usable answer. Its message is one line, safe to print. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: FaultKind;
  readonly httpStatus: number | undefined;
  readonly retryAfter: string | undefined;
  readonly code: string | undefined;

  constructor(message: string, details: FaultDetails) {
    super(message, { cause: details.cause });
    this.kind = details.kind;
    this.httpStatus = details.httpStatus;
    this.retryAfter = details.retryAfter;
    this.code = details.code;
  }
}
