import { describe, expect, it } from 'vitest';
import { networkFault } from '../../src/api/network-fault.js';
import { KEY, sanitize } from './harness.js';

function failure(code: unknown, message = `failed with ${KEY}`, fields = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe('a failure below HTTP', () => {
  const closed = 'the connection was closed before the answer was complete';
  it.each<readonly [code: string, words: string]>([
    ['ECONNREFUSED', 'the connection was refused'],
    ...['ECONNRESET', 'ECONNABORTED', 'EPIPE'].map((code) => [code, closed] as const),
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host is unreachable'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ENOTFOUND', 'the host name was not found'],
    ['EAI_AGAIN', 'the host name could not be looked up'],
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no TLS connection could be established'],
    ['EPROTO', 'no TLS connection could be established'],
  ])('with the code %s is transient, in plain words', (code, words) => {
    expect(networkFault(failure(code), sanitize)).toMatchObject({
      ...{ kind: 'transient', source: 'network', systemCode: code, httpStatus: undefined },
      message: `${words} (failed with ***)`,
    });
  });

  it.each([
    ...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'INVALID_CA'],
    ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HOSTNAME_MISMATCH'],
    ...['PATH_LENGTH_EXCEEDED', 'CRL_HAS_EXPIRED'],
  ])('with the code %s is permanent: the certificate cannot be trusted', (code) => {
    expect(networkFault(failure(code), sanitize)).toMatchObject({
      ...{ kind: 'permanent', source: 'certificate', systemCode: code },
      message: `the server’s certificate cannot be trusted (${code}: failed with ***)`,
    });
  });

  it.each([
    ...['TLSV13_ALERT_CERTIFICATE_REQUIRED', 'SSLV3_ALERT_HANDSHAKE_FAILURE', 'TLSV1_ALERT_UNKNOWN_CA'],
    ...['SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'SSLV3_ALERT_BAD_CERTIFICATE', 'TLSV1_ALERT_ACCESS_DENIED'],
  ])('with the code ERR_SSL_%s is permanent: the server requires a client certificate', (code) => {
    const systemCode = `ERR_SSL_${code}`;
    const fault = networkFault(failure(systemCode, 'long', { reason: 'alert' }), sanitize);
    expect(fault).toMatchObject({ kind: 'permanent', source: 'client-certificate', systemCode });
    expect(fault.message).toMatch(/requires a client certificate \(alert\)$/);
  });

  // As OpenSSL words a failed write.
  const openssl = '8094D:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl3_record.c:354:';
  const noTls = 'the server does not speak TLS (wrong version number)';
  const refused = failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1');
  it.each([
    ['an unknown code', failure('EODD', 'odd ##[error]'), 'odd ## [error]', 'EODD'],
    ['a code that is no text', failure(5, 'odd'), 'odd', undefined],
    ['no code', new Error(`odd ${KEY}`), 'odd ***', undefined],
    ['no error', 'odd', 'odd', undefined],
    ['a line of OpenSSL', failure('EPROTO', openssl), noTls, 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['several addresses', new AggregateError([refused, 'x']), /^the connection was refused/, 'ECONNREFUSED'],
    ['an empty list', new AggregateError([], 'none of them'), 'none of them', undefined],
    ['a list of no errors', new AggregateError(['odd'], 'list'), 'odd', undefined],
  ])('with %s keeps its own words', (_, error, message, systemCode) => {
    const fault = networkFault(error, sanitize);
    expect(fault).toMatchObject({ kind: 'transient', source: 'network', systemCode });
    expect(fault.message).toMatch(message);
  });
});
