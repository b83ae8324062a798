import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Sanitizer } from '../sanitize.js';
import { ApiError } from './error.js';

/** Plain-language descriptions of Node's system error codes. */
const WORDS: readonly (readonly [codes: RegExp, words: string])[] = [
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'the connection was closed before the response was complete'],
  [/^ETIMEDOUT$/, 'the connection timed out'],
  [/^EHOSTUNREACH$/, 'the host is unreachable'],
  [/^ENETUNREACH$/, 'the network is unreachable'],
  [/^ENOTFOUND$/, 'the host name was not found'],
  [/^EAI_AGAIN$/, 'the host name could not be looked up'],
  [/^HPE_/, 'the response is not valid HTTP'],
  [/^(ERR_SSL_|EPROTO$)/, 'no TLS connection could be established'],
];

/**
 * Turns a failure below HTTP into an ApiError. Connection failures are transient; an untrusted certificate is permanent.
 *
 * @param socket the connection that failed, if there was one
 */
export function networkFault(error: unknown, sanitize: Sanitizer, socket?: Socket | null): ApiError {
  // If several addresses were tried, report the first failure; the AggregateError has no message of its own.
  const cause: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const systemCode = textField(cause, 'code');
  // OpenSSL's messages contain thread IDs and source lines, its `reason` does not.
  const detail = sanitize(textField(cause, 'reason') ?? text);
  // Whatever the name of the reason: names come from OpenSSL and differ between versions. Where an untrusted certificate
  // is allowed, another failure can follow.
  if (socket instanceof TLSSocket && String(socket.authorizationError) === (systemCode ?? text)) {
    const message = `the server’s certificate is not trusted (${systemCode}: ${detail})`;
    return new ApiError(message, { kind: 'permanent', source: 'certificate', systemCode, cause });
  }
  const words = WORDS.find(([codes]) => codes.test(systemCode ?? ''))?.[1];
  const message = words === undefined ? detail : `${words} (${detail})`;
  return new ApiError(message, { kind: 'transient', source: 'network', systemCode, cause });
}

function textField(error: unknown, name: 'code' | 'reason'): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
