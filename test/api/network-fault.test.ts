import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { networkFault } from '../../src/api/network-fault.js';
import { KEY, sanitize } from './harness.js';

function failure(code: unknown, message = `failed with ${KEY}`, fields = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe('a failure below HTTP', () => {
  const closed = 'the connection was closed before the response was complete';
  it.each([
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', closed],
    ['ECONNABORTED', closed],
    ['EPIPE', closed],
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
  const refused = failure('ECONNREFUSED', 'x');
  it.each([
    ['an unknown code', failure('EODD', 'odd ##[error]'), 'odd ## [error]', 'EODD'],
    ['a code that is not a text', failure(5, 'odd'), 'odd', undefined],
    ['no code', new Error(`odd ${KEY}`), 'odd ***', undefined],
    ['something that is not an error', 'odd', 'odd', undefined],
    ['a reason', failure('EODD', long, { reason: 'wrong version number' }), 'wrong version number', 'EODD'],
    ['several', new AggregateError([refused, 'y']), 'the connection was refused (x)', 'ECONNREFUSED'],
    ['an empty list', new AggregateError([], 'none of them'), 'none of them', undefined],
    ['a list of no errors', new AggregateError(['odd'], 'list'), 'odd', undefined],
  ])('with %s keeps its original message', (_, error, message, systemCode) => {
    const expected = { kind: 'transient', source: 'network', message, systemCode };
    expect(networkFault(error, sanitize)).toMatchObject(expected);
  });

  const permanent = { kind: 'permanent', source: 'certificate' };
  const transient = { kind: 'transient', source: 'network' };
  it.each([
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED', permanent],
    ['A_NAME_OF_THE_FUTURE', 'A_NAME_OF_THE_FUTURE', permanent],
    ['ECONNRESET', null, transient],
    // An untrusted certificate that was allowed.
    ['ECONNRESET', 'DEPTH_ZERO_SELF_SIGNED_CERT', transient],
  ])('%s is permanent if it is why Node does not trust the certificate (%s)', (code, reason, fault) => {
    const socket: TLSSocket = Object.assign(Object.create(TLSSocket.prototype), {
      authorizationError: reason,
    });
    const untrusted = `the server’s certificate is not trusted (${code}: failed with ***)`;
    const message = fault === permanent ? untrusted : `${closed} (failed with ***)`;
    expect(networkFault(failure(code), sanitize, socket)).toMatchObject({ ...fault, message });
  });
});
