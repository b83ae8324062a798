import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { networkFault } from '../../src/api/network-fault.js';
import { KEY, sanitize } from './harness.js';

function failure(code: unknown, message = `failed with ${KEY}`, fields = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe('a failure below HTTP', () => {
  const closed = 'the connection was closed before the response was complete';
  it.each<readonly [code: string, words: string]>([
    ['ECONNREFUSED', 'the connection was refused'],
    ...['ECONNRESET', 'ECONNABORTED', 'EPIPE'].map((code) => [code, closed] as const),
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host is unreachable'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ENOTFOUND', 'the host name was not found'],
    ['EAI_AGAIN', 'the host name could not be looked up'],
    ['HPE_INVALID_CONSTANT', 'the response is not valid HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS connection could be established'],
    ['EPROTO', 'no TLS connection could be established'],
  ])('with the code %s is transient, in plain words', (code, words) => {
    expect(networkFault(failure(code), sanitize)).toMatchObject({
      ...{ kind: 'transient', source: 'network', systemCode: code, httpStatus: undefined },
      message: `${words} (failed with ***)`,
    });
  });

  const long = '8094D:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:354:';
  const refused = failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1');
  it.each([
    ['an unknown code', failure('EODD', 'odd ##[error]'), 'odd ## [error]', 'EODD'],
    ['a code that is not a text', failure(5, 'odd'), 'odd', undefined],
    ['no code', new Error(`odd ${KEY}`), 'odd ***', undefined],
    ['something that is not an error', 'odd', 'odd', undefined],
    ['a reason', failure('EODD', long, { reason: 'wrong version number' }), 'wrong version number', 'EODD'],
    ['several addresses', new AggregateError([refused, 'x']), /^the connection was refused/, 'ECONNREFUSED'],
    ['an empty list', new AggregateError([], 'none of them'), 'none of them', undefined],
    ['a list of no errors', new AggregateError(['odd'], 'list'), 'odd', undefined],
  ])('with %s keeps its original message', (_, error, message, systemCode) => {
    const fault = networkFault(error, sanitize);
    expect(fault).toMatchObject({ kind: 'transient', source: 'network', systemCode });
    expect(fault.message).toMatch(message);
  });
});

describe('a failure of a TLS connection', () => {
  function tlsSocket(authorizationError: unknown): TLSSocket {
    return Object.assign(Object.create(TLSSocket.prototype), { authorizationError });
  }

  it.each(['CERT_HAS_EXPIRED', 'INVALID_PURPOSE', 'UNSPECIFIED', 'A_NAME_OF_THE_FUTURE'])(
    'for which Node does not trust the certificate is permanent, whatever its name: %s',
    (code) => {
      expect(networkFault(failure(code), sanitize, tlsSocket(code))).toMatchObject({
        ...{ kind: 'permanent', source: 'certificate', systemCode: code },
        message: `the server’s certificate is not trusted (${code}: failed with ***)`,
      });
    },
  );

  it.each([
    ['a trusted certificate', null],
    ['an untrusted certificate that was allowed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('after %s is transient', (_, authorizationError) => {
    const fault = networkFault(failure('ECONNRESET'), sanitize, tlsSocket(authorizationError));
    expect(fault).toMatchObject({ kind: 'transient', source: 'network' });
  });
});
