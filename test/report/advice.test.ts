import { expect, it, vi } from 'vitest';
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import { ADVICE, type AdviceTopic, type FailedCall, faultAdvice } from '../../src/report/advice.js';
import type { ApiCall } from '../../src/run.js';
import { readDocument } from '../documents.js';

type Details = Partial<FaultDetails> & Partial<Omit<FailedCall, 'fault'>>;

function adviceFor({ call = 'read', wasReached = false, hasStatus = false, ...details }: Details) {
  const fault = new ApiError('details', { kind: 'transient', source: 'http', ...details });
  return faultAdvice({ fault, call, wasReached, hasStatus });
}

const permanent = (httpStatus: number) => ({ httpStatus, kind: 'permanent' }) as const;
const network = (systemCode: string) => ({ source: 'network', systemCode }) as const;
const later = { wasReached: true, hasStatus: true } as const;
const reset = { ...network('ECONNRESET'), ...later };
const cutOff = { source: 'timeout', wasReached: true } as const;
const known = (httpStatus: number, call: ApiCall = 'read') => ({ ...permanent(httpStatus), ...later, call }) as const;

// Every other row is the advice of some run in messages.md.
it.each<[AdviceTopic, Details[]]>([
  ['HTTP 400, 404, or 422', [permanent(400), permanent(422)]],
  // An ID that worked is not what is wrong.
  ['Any other HTTP status', [known(400), known(422), known(404, 'restart')]],
  ['HTTP 403 with an HTML body', [{ ...known(403, 'probe'), isHtml: true }]],
  ['HTTP 3xx', [permanent(399), known(302, 'probe')]],
  ['HTTP 5xx', [{ httpStatus: 408 }]],
  ['HTTP 401 or 403 for a probe', [known(401, 'probe'), known(403, 'probe')]],
  ['Any other rejected probe', [known(404, 'probe')]],
  ['No response before the API was reached', ['EACCES', 'EPERM', 'EAI_AGAIN', 'ETIMEDOUT'].map(network)],
  ['No response after the API was reached', [reset, cutOff, { ...cutOff, httpStatus: 200 }]],
])('gives the advice on "%s" for %j', (topic, failures) => {
  for (const details of failures) expect(adviceFor(details)).toBe(ADVICE[topic]);
});

it('gives advice on the file of NODE_EXTRA_CA_CERTS where that is set; every other row is the advice of some run', () => {
  const topic = 'Untrusted certificate with NODE_EXTRA_CA_CERTS set';
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '/ca.der');
  expect(adviceFor({ source: 'certificate', kind: 'permanent' })).toBe(ADVICE[topic]);
  const messages = readDocument('test/report/messages.md');
  const unused = Object.entries(ADVICE).filter(([, [cause, nextStep]]) => {
    return !messages.includes(cause) || !messages.includes(`${nextStep}.`);
  });
  expect(unused.map(([name]) => name)).toEqual([topic]);
});
