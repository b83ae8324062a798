import type { Sanitizer } from '../sanitize.js';
import { ApiError, type FaultKind, type FaultSource } from './error.js';
import { kindOf, statusLabel } from './response.js';

/** Plain words for the system's names of what goes wrong below HTTP. */
const NETWORK_WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was closed before the answer was complete'],
  ['ECONNABORTED', 'the connection was closed before the answer was complete'],
  ['EPIPE', 'the connection was closed before the answer was complete'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host is unreachable'],
  ['ENETUNREACH', 'the network is unreachable'],
  ['ENOTFOUND', 'the host name was not found'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
]);

interface CodePattern {
  readonly codes: RegExp;
  readonly words: string;
  readonly kind: FaultKind;
  readonly source: FaultSource;
}

/** The first match counts: the alerts of a server about the client's certificate also contain CERT. */
const CODE_PATTERNS: readonly CodePattern[] = [
  {
    // No client certificate is ever sent, so an alert about certificates asks for one. TLS 1.2 has no alert of its own
    // for that and says that the handshake failed.
    codes: /_ALERT_.*(CERT|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/,
    words: 'the server refused the TLS handshake, as it does when it requires a client certificate',
    kind: 'permanent',
    source: 'client-certificate',
  },
  {
    // Node's and OpenSSL's names for a certificate that cannot be trusted.
    codes: /CERT|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED/,
    words: 'the server’s certificate cannot be trusted',
    kind: 'permanent',
    source: 'certificate',
  },
  {
    codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
    words: 'the server does not speak TLS',
    kind: 'transient',
    source: 'network',
  },
  {
    codes: /^(ERR_SSL_|EPROTO$)/,
    words: 'no TLS connection could be established',
    kind: 'transient',
    source: 'network',
  },
  { codes: /^HPE_/, words: 'the answer is not valid HTTP', kind: 'transient', source: 'network' },
];

/** Turns a failure below HTTP into an ApiError: a connection is worth another try, a certificate is not. */
export function networkFault(error: unknown, sanitize: Sanitizer): ApiError {
  const cause = innermost(error);
  const tunnel = TUNNEL_MESSAGE.exec(cause instanceof Error ? cause.message : '');
  if (tunnel !== null) return tunnelFault({ status: tunnel[1], reason: tunnel[2], cause, sanitize });
  const code = codeOf(cause);
  const pattern = CODE_PATTERNS.find(({ codes }) => codes.test(code));
  const words = pattern?.words ?? NETWORK_WORDS.get(code);
  const reason = sanitize(reasonOf(cause));
  const detail = pattern?.source === 'certificate' ? `${code}: ${reason}` : reason;
  return new ApiError(words === undefined ? detail : `${words} (${detail})`, {
    kind: pattern?.kind ?? 'transient',
    source: pattern?.source ?? 'network',
    systemCode: code === '' ? undefined : code,
    cause,
  });
}

/** How the package tunnel reports that the proxy did not open a tunnel: an answer to CONNECT, or a connection that failed. */
const TUNNEL_MESSAGE = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=(.*))$/s;

/** The proxy's 400 says nothing about a restart, and its 429 nothing about the API's limits. */
function tunnelFault({ status, reason = '', cause, sanitize }: TunnelFailure): ApiError {
  if (status !== undefined) {
    const httpStatus = Number(status);
    const kind = kindOf(httpStatus, 'GET') === 'permanent' ? 'permanent' : 'transient';
    return new ApiError(`the proxy answered HTTP ${statusLabel(httpStatus)}`, {
      kind,
      source: 'proxy',
      cause,
    });
  }
  // The library keeps the message of the failed connection, and its code only within.
  const code = /\bE[A-Z_]{4,}\b/.exec(reason)?.[0] ?? codeOf(cause);
  const { message, kind, systemCode } = networkFault(Object.assign(new Error(reason), { code }), sanitize);
  return new ApiError(`the connection to the proxy failed: ${message}`, {
    kind,
    source: 'proxy',
    systemCode,
    cause,
  });
}

interface TunnelFailure {
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly cause: unknown;
  readonly sanitize: Sanitizer;
}

/** Where several addresses were tried, the first failure stands for all; the wrapper has no message of its own. */
function innermost(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

/** OpenSSL's own line, as Node passes it on for a failed write: `…:error:0A00010B:SSL routines:…:wrong version number:…`. */
const OPENSSL_LINE = /:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/;

/** Node's code; for OpenSSL's line, the one that Node would give it elsewhere. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  const reason = OPENSSL_LINE.exec(error.message)?.[1];
  return reason === undefined ? error.code : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

/** OpenSSL's messages name threads and source lines, and Node's of the HTTP parser repeat themselves. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('reason' in error && typeof error.reason === 'string') return error.reason;
  return OPENSSL_LINE.exec(error.message)?.[1] ?? error.message;
}
