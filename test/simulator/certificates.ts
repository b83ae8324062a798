/** A private CA and what it has signed, made anew in each run: no key lies in the repository. */
import { generate } from 'selfsigned';

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

type AlternativeName = { type: 2; value: string } | { type: 7; ip: string };

const settings = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function createCertificates(): Promise<Certificates> {
  const ca = await certificateAuthority();
  const [server, wrongHost] = await Promise.all([
    signed(ca, 'localhost', [
      { type: 2, value: 'localhost' },
      { type: 2, value: 'api.friendli.test' },
      { type: 7, ip: '127.0.0.1' },
      { type: 7, ip: '::1' },
    ]),
    signed(ca, 'wrong-host.example', [{ type: 2, value: 'wrong-host.example' }]),
  ]);
  return { ca: ca.cert, server, wrongHost };
}

async function certificateAuthority(): Promise<KeyAndCertificate> {
  const made = await generate([{ name: 'commonName', value: 'Simulator test CA' }], {
    ...settings,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}

async function signed(
  ca: KeyAndCertificate,
  host: string,
  altNames: AlternativeName[],
): Promise<KeyAndCertificate> {
  const made = await generate([{ name: 'commonName', value: host }], {
    ...settings,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key: made.private, cert: made.cert };
}
