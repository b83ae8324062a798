import { afterEach, expect, it, vi } from 'vitest';
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import { ADVICE, type AdviceTopic, type FailedCall, faultAdvice } from '../../src/report/advice.js';
import { readDocument } from '../documents.js';

afterEach(() => vi.unstubAllEnvs());

type Details = Partial<FaultDetails> & Partial<Omit<FailedCall, 'fault'>>;

function adviceFor({ call = 'read', wasReached = false, hasStatus = false, ...details }: Details) {
  const fault = new ApiError('details', { kind: 'transient', source: 'http', ...details });
  return faultAdvice({ fault, call, wasReached, hasStatus });
}

const permanent = (httpStatus: number) => ({ httpStatus, kind: 'permanent' }) as const;
const network = (systemCode: string) => ({ source: 'network', systemCode }) as const;
const later = { wasReached: true, hasStatus: true } as const;
const probe = { ...later, call: 'probe' } as const;
const unreached = 'No response before the API was reached';
const reached = 'No response after the API was reached';

// The rest is in messages.md.
it.each<[Details, AdviceTopic]>([
  [permanent(400), 'HTTP 400, 404, or 422'],
  [permanent(422), 'HTTP 400, 404, or 422'],
  // An ID that worked is not what is wrong.
  [{ ...permanent(400), ...later }, 'Any other HTTP status'],
  [{ ...permanent(422), ...later, call: 'restart' }, 'Any other HTTP status'],
  [{ ...permanent(403), ...later, isHtml: true }, 'HTTP 403 with an HTML body'],
  [permanent(399), 'HTTP 3xx'],
  [{ httpStatus: 408 }, 'HTTP 5xx'],
  [{ httpStatus: 101, wasReached: true }, reached],
  [{ httpStatus: 200, source: 'timeout', wasReached: true }, reached],
  [{ ...permanent(401), ...probe }, 'HTTP 401 or 403 for a probe'],
  [{ ...permanent(404), ...probe }, 'Any other rejected probe'],
  [{ httpStatus: 503, ...probe }, 'No response to a probe, or HTTP 5xx'],
  [{ ...network('ECONNREFUSED'), ...later }, reached],
  [{ source: 'timeout', wasReached: true }, reached],
  ...['ENOTFOUND', 'EACCES', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET'].map((code): [Details, AdviceTopic] => [
    network(code),
    unreached,
  ]),
])('for %o, gives the advice on "%s"', (details, topic) => {
  expect(adviceFor(details)).toBe(ADVICE[topic]);
});

it('where NODE_EXTRA_CA_CERTS is set already, gives advice on its file', () => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '/ca.der');
  const advice = adviceFor({ source: 'certificate', kind: 'permanent', systemCode: 'CERT_UNTRUSTED' });
  expect(advice).toBe(ADVICE['Untrusted certificate with NODE_EXTRA_CA_CERTS set']);
});

it('every other row is the advice of some run in messages.md', () => {
  const messages = readDocument('test/report/messages.md');
  const unused = Object.entries(ADVICE).filter(([, [cause, nextStep]]) => {
    return !messages.includes(cause) || !messages.includes(`${nextStep}.`);
  });
  expect(unused.map(([topic]) => topic)).toEqual(['Untrusted certificate with NODE_EXTRA_CA_CERTS set']);
});

it('advice fits into sentences that end it', () => {
  for (const [cause, nextStep] of Object.values(ADVICE)) {
    expect(cause).toMatch(/^([a-z].*[^.])?$/i);
    expect(nextStep).toMatch(/^[A-Z].*[^.]$/);
  }
});
