/**
 * What a failed request means for the next one (docs/behavior.md section 5):
 * - `transient`: worth another try
 * - `rate-limited`: a 429, worth another try later
 * - `conflict`: a 400, 409, or 423 for a restart or wake-up: the endpoint's current state does not allow it
 * - `permanent`: retrying gives the same result
 */
export type FaultKind = 'transient' | 'rate-limited' | 'conflict' | 'permanent';

/**
 * Where a request failed: an HTTP error from the API (`http`), a response without a status object (`body`), a timeout,
 * the proxy, an untrusted server certificate, the network, or an aborted run.
 */
export type FaultSource = 'http' | 'body' | 'timeout' | 'proxy' | 'certificate' | 'network' | 'aborted';

export type FaultDetails = Pick<ApiError, 'kind' | 'source'> &
  Partial<Pick<ApiError, 'httpStatus' | 'retryAfterMs' | 'systemCode' | 'isHtml' | 'cause'>>;

/** A request that did not get a usable response. The message is one sanitized line without a period. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: FaultKind;
  readonly source: FaultSource;
  /** Absent if there was no response. */
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Node's error code for a failure below HTTP, such as ECONNREFUSED or CERT_NOT_YET_VALID. */
  readonly systemCode: string | undefined;
  /** Whether the response body is HTML, as from a firewall or gateway in front of the API. */
  readonly isHtml: boolean;

  constructor(message: string, { cause, ...details }: FaultDetails) {
    super(message, { cause });
    this.kind = details.kind;
    this.source = details.source;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.systemCode = details.systemCode;
    this.isHtml = details.isHtml ?? false;
  }
}
