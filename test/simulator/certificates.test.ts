import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, createCertificates } from './certificates.js';
import { call } from './client.js';
import { type Simulator, startSimulator } from './simulator.js';

describe('certificates of the private CA', () => {
  let certificates: Certificates;
  let good: Simulator;
  let wrong: Simulator;

  beforeAll(async () => {
    certificates = await createCertificates();
    good = await startSimulator({ tls: certificates.server });
    wrong = await startSimulator({ tls: certificates.wrongHost });
    good.endpoint('demo');
  });

  afterAll(async () => {
    await Promise.all([good.close(), wrong.close()]);
  });

  it.each(['127.0.0.1', 'localhost'])('are accepted for %s where the CA is trusted', async (host) => {
    const url = `https://${host}:${good.port}/dedicated/beta/endpoint/demo/status`;
    expect((await call(url, { ca: certificates.ca })).statusCode).toBe(200);
  });

  it('are refused where the CA is not trusted', async () => {
    await expect(call(good.url)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('are refused for another host', async () => {
    await expect(call(wrong.url, { ca: certificates.ca })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
