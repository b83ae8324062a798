/** A private CA and certificates that it signed, created anew in each run so that no key is in the repository. */
import { generate, type SelfsignedOptions } from 'selfsigned';

/** PEM texts. */
export interface KeyAndCertificate {
  key: string;
  cert: string;
}

export interface Certificates {
  /** The CA's certificate, as for NODE_EXTRA_CA_CERTS. */
  ca: string;
  /** For localhost, 127.0.0.1 and ::1, and for api.friendli.test, which only a proxy could know. */
  server: KeyAndCertificate;
  /** Signed by the same CA, but for another host. */
  wrongHost: KeyAndCertificate;
}

export async function createCertificates(): Promise<Certificates> {
  const ca = await create('Simulator test CA', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await signed(ca, ['localhost', 'api.friendli.test'], ['127.0.0.1', '::1']);
  return { ca: ca.cert, server, wrongHost: await signed(ca, ['wrong-host.example'], []) };
}

function signed(ca: KeyAndCertificate, hosts: string[], ips: string[]): Promise<KeyAndCertificate> {
  const altNames = [
    ...hosts.map((value) => ({ type: 2 as const, value })),
    ...ips.map((ip) => ({ type: 7 as const, ip })),
  ];
  return create(hosts[0] ?? '', {
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
}

async function create(commonName: string, options: SelfsignedOptions): Promise<KeyAndCertificate> {
  const kind = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const made = await generate([{ name: 'commonName', value: commonName }], { ...kind, ...options });
  return { key: made.private, cert: made.cert };
}
