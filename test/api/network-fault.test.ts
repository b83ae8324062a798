import { createServer } from 'node:tls';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { networkFault } from '../../src/api/network-fault.js';
import { type Certificates, createCertificates } from '../simulator/certificates.js';
import { clearEnvironment, clientFor, faultOf, KEY, limits, listen, sanitize, serve } from './harness.js';

beforeEach(clearEnvironment);

function failure(code: unknown, message = `failed with ${KEY}`, fields = {}): Error {
  return Object.assign(new Error(message), { code, ...fields });
}

describe('a failure below HTTP', () => {
  const closed = 'the connection was closed before the answer was complete';
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
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no TLS connection could be established'],
    ['EPROTO', 'no TLS connection could be established'],
  ])('with the code %s is transient, in plain words', (code, words) => {
    const fault = networkFault(failure(code), sanitize);
    expect(fault).toMatchObject({
      kind: 'transient',
      source: 'network',
      systemCode: code,
      httpStatus: undefined,
    });
    expect(fault.message).toBe(`${words} (failed with ***)`);
  });

  it.each([
    ...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'INVALID_CA'],
    ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HOSTNAME_MISMATCH'],
    ...['PATH_LENGTH_EXCEEDED', 'CRL_HAS_EXPIRED'],
  ])('with the code %s is permanent: the certificate cannot be trusted', (code) => {
    const fault = networkFault(failure(code), sanitize);
    expect(fault).toMatchObject({ kind: 'permanent', source: 'certificate', systemCode: code });
    expect(fault.message).toBe(`the server’s certificate cannot be trusted (${code}: failed with ***)`);
  });

  it.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
  ])('with the code %s is permanent: the server requires a client certificate', (code) => {
    const fault = networkFault(failure(code, 'long', { reason: 'alert' }), sanitize);
    expect(fault).toMatchObject({ kind: 'permanent', source: 'client-certificate', systemCode: code });
    expect(fault.message).toMatch(/requires a client certificate \(alert\)$/);
  });

  const refused = failure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1');
  it.each([
    ['an unknown code', failure('EODD', 'odd ##[error]'), 'odd ## [error]', 'EODD'],
    ['a code that is no text', failure(5, 'odd'), 'odd', undefined],
    ['no code', new Error(`odd ${KEY}`), 'odd ***', undefined],
    ['no error', 'odd', 'odd', undefined],
    [
      'several addresses',
      new AggregateError([refused, failure('ETIMEDOUT')]),
      /^the connection was refused/,
      'ECONNREFUSED',
    ],
    ['an empty list', new AggregateError([], 'none of them'), 'none of them', undefined],
    ['a list of no errors', new AggregateError(['odd'], 'list'), 'odd', undefined],
  ])('with %s keeps its own words', (_, error, message, systemCode) => {
    const fault = networkFault(error, sanitize);
    expect(fault).toMatchObject({ kind: 'transient', source: 'network', systemCode });
    expect(fault.message).toMatch(message);
  });
});

describe('a TLS server', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await createCertificates();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that requires a client certificate says so over %s',
    async (version) => {
      const options = { ...certificates.server, requestCert: true, maxVersion: version, minVersion: version };
      const server = createServer(options).on('tlsClientError', () => {});
      const port = await listen(server);
      onTestFinished(() => void server.close());
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      const fault = await faultOf(clientFor(`https://127.0.0.1:${port}`).read(limits()));
      expect(fault).toMatchObject({ kind: 'permanent', source: 'client-certificate' });
    },
  );

  it('that speaks no TLS is named as such', async () => {
    const url = await serve((_, response) => response.end());
    const fault = await faultOf(clientFor(url.replace('http:', 'https:')).read(limits()));
    expect(fault).toMatchObject({ kind: 'transient', source: 'network' });
    expect(fault.message).toBe('the server does not speak TLS (wrong version number)');
  });
});
