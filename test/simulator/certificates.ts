/** A private CA and certificates that it signed, created anew in each run so that no key is in the repository. */
import { generate, type SelfsignedOptions } from 'selfsigned';

/** PEM texts. */
export interface KeyAndCertificate {
  key: string;
  cert: string;
}

/**
 * `ca` is the CA's certificate, as for NODE_EXTRA_CA_CERTS. `server` is for localhost, its addresses, and
 * api.friendli.test, which only a proxy could know; `wrongHost` is for another host.
 */
export async function createCertificates() {
  const ca = await create('Simulator test CA', {
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const dns = (value: string) => ({ type: 2, value }) as const;
  const ip = (ip: string) => ({ type: 7, ip }) as const;
  const signed = (...altNames: ReturnType<typeof dns | typeof ip>[]) =>
    create('Simulator', { ca, extensions: [{ name: 'subjectAltName', altNames }] });
  return {
    ca: ca.cert,
    server: await signed(dns('localhost'), dns('api.friendli.test'), ip('127.0.0.1'), ip('::1')),
    wrongHost: await signed(dns('wrong-host.example')),
  };
}

async function create(commonName: string, options: SelfsignedOptions): Promise<KeyAndCertificate> {
  const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const made = await generate([{ name: 'commonName', value: commonName }], { ...kind, ...options });
  return { key: made.private, cert: made.cert };
}
