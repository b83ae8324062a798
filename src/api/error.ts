/**
 * What a failed request means for the next one (docs/behavior.md section 5):
 * - `transient`: worth another try
 * - `rate-limited`: a 429, worth another try later and less often
 * - `rejected`: a 400, 409 or 423 to a restart or wake-up: not possible in the endpoint's current state
 * - `permanent`: another try gives the same answer
 */
export type FaultKind = 'transient' | 'rate-limited' | 'rejected' | 'permanent';

/**
 * Where a request failed: the API's answer (`http`), an answer whose body is no status object (`body`), a time limit,
 * the proxy, trust in the server's certificate, a client certificate that the server asks for, or the network below.
 */
export type FaultSource =
  | 'http'
  | 'body'
  | 'timeout'
  | 'proxy'
  | 'certificate'
  | 'client-certificate'
  | 'network'
  | 'aborted';

export interface FaultDetails {
  readonly kind: FaultKind;
  readonly source: FaultSource;
  /** The HTTP status of the API's answer; absent where none came. */
  readonly httpStatus?: number | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Node's code of a fault below HTTP, such as ECONNREFUSED. */
  readonly systemCode?: string | undefined;
  /** Whether the answer's body is HTML, as of a firewall or a gateway before the API. */
  readonly isHtml?: boolean | undefined;
  /** What the answer's body gives as the reason, sanitized; absent where it gives none. */
  readonly explanation?: string | undefined;
  readonly cause?: unknown;
}

/** A request that brought no usable answer. Its message is one sanitized line without a full stop. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: FaultKind;
  readonly source: FaultSource;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly systemCode: string | undefined;
  readonly isHtml: boolean;
  readonly explanation: string | undefined;

  constructor(message: string, details: FaultDetails) {
    super(message, { cause: details.cause });
    this.kind = details.kind;
    this.source = details.source;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.systemCode = details.systemCode;
    this.isHtml = details.isHtml ?? false;
    this.explanation = details.explanation;
  }
}
