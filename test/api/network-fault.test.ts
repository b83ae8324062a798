import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { networkFault } from '../../src/api/network-fault.js';
import { CLOSED, KEY, sanitize } from './harness.js';

function failure(code: string, message = KEY, fields = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe('a failure below HTTP', () => {
  const long = '8094D:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:354:';
  it.each<[systemCode: string, message: string, error?: Error]>([
    ['ECONNREFUSED', 'the connection was refused (***)'],
    ['ECONNRESET', `${CLOSED} (***)`],
    ['ECONNABORTED', `${CLOSED} (***)`],
    ['EPIPE', `${CLOSED} (***)`],
    ['ETIMEDOUT', 'the connection timed out (***)'],
    ['EHOSTUNREACH', 'the host is unreachable (***)'],
    ['ENETUNREACH', 'the network is unreachable (***)'],
    ['ENOTFOUND', 'the host name was not found (***)'],
    ['EAI_AGAIN', 'the host name could not be looked up (***)'],
    ['HPE_INVALID_CONSTANT', 'the response is not valid HTTP (***)'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS connection could be established (***)'],
    ['EPROTO', 'no TLS connection could be established (***)'],
    ['EODD', 'odd ## [error]', failure('EODD', 'odd ##[error]')],
    ['EODD', 'wrong version number', failure('EODD', long, { reason: 'wrong version number' })],
    ['ECONNREFUSED', 'the connection was refused (***)', new AggregateError([failure('ECONNREFUSED'), 'x'])],
  ])('with the code %s is transient, in plain words: %s', (systemCode, message, error = failure(systemCode)) => {
    expect(networkFault(error, sanitize)).toMatchObject({ kind: 'transient', source: 'network', message, systemCode });
  });

  const untrusted = 'the server’s certificate is not trusted';
  it.each([
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED', 'permanent', `${untrusted} (CERT_HAS_EXPIRED: ***)`],
    ['A_FUTURE_NAME', 'A_FUTURE_NAME', 'permanent', `${untrusted} (A_FUTURE_NAME: ***)`],
    ['ECONNRESET', null, 'transient', `${CLOSED} (***)`],
    // An untrusted certificate that was allowed.
    ['ECONNRESET', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'transient', `${CLOSED} (***)`],
  ])('%s, where Node’s reason against the certificate is %s, is %s', (code, authorizationError, kind, message) => {
    const socket: TLSSocket = Object.assign(Object.create(TLSSocket.prototype), { authorizationError });
    const source = kind === 'permanent' ? 'certificate' : 'network';
    expect(networkFault(failure(code), sanitize, socket)).toMatchObject({ kind, source, message });
  });
});
