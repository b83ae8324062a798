import { expect, it } from 'vitest';
import { ApiError, type FaultDetails, type FaultKind, type FaultSource } from '../../src/api/error.js';
import { describeFault, type FailedCall, faultAdvice } from '../../src/report/advice.js';

function faultWith(details: Partial<FaultDetails>): ApiError {
  return new ApiError('details', { kind: 'transient', source: 'http', ...details });
}

/** A call that failed, and what a person must find in cause and next step. */
type Case = [
  about: Partial<FaultDetails> & Partial<Omit<FailedCall, 'fault'>>,
  cause: RegExp,
  nextStep: RegExp,
];

const OUTAGE = [/outage/, /later.*support@friendli\.ai/] as const;
const UNDOCUMENTED = [/undocumented/, /Friendli Suite.*debug logging/] as const;
const NETWORK = [/runner’s network or firewall/, /DNS.*https_proxy/] as const;
const REDIRECT = [/redirects are not followed/, /api-url/] as const;
const WRONG_STATE = [/does not allow this in its current state/, /Friendli Suite/] as const;
const http = (httpStatus: number, kind: FaultKind = 'permanent') => ({ httpStatus, kind });
const network = (systemCode: string, wasReached = false) =>
  ({ source: 'network', systemCode, wasReached }) as const;
const source = (name: FaultSource, kind: FaultKind = 'permanent') => ({ source: name, kind });

const cases: Case[] = [
  [http(400), /considers the request invalid/, /endpoint-id/],
  [{ ...http(400, 'rejected'), call: 'restart' }, ...WRONG_STATE],
  [{ ...http(409, 'rejected'), call: 'wake' }, ...WRONG_STATE],
  [http(401), /API key is not valid/, /secret.*friendli\.ai\/suite\/~\/setting\/keys/],
  [http(402), /billing/, /billing in Friendli Suite/],
  [http(403), /no access.*another team/, /manage the endpoint.*team input/],
  [{ ...http(403), isHtml: true }, /firewall or bot protection/, /IP address/],
  [http(404), /no endpoint with this ID/, /endpoint-id.*set team/],
  [http(410), ...UNDOCUMENTED],
  [http(422), /does not accept this endpoint ID/, /endpoint-id/],
  [http(429, 'rate-limited'), /too many requests/, /longer poll-interval/],
  [http(301), ...REDIRECT],
  [http(399), ...REDIRECT],
  [http(408, 'transient'), ...OUTAGE],
  [http(599, 'transient'), ...OUTAGE],
  [{ ...http(200, 'transient'), source: 'body' }, /something other than the Friendli API/, /api-url/],
  [source('proxy'), /proxy settings/, /https_proxy and no_proxy.*user name and password/],
  [source('certificate'), /TLS-inspecting proxy/, /NODE_EXTRA_CA_CERTS/],
  [source('client-certificate'), /requires a client certificate/, /requires no client certificate/],
  [source('timeout', 'transient'), ...OUTAGE],
  ...['EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'].map(
    (code): Case => [network(code), ...NETWORK],
  ),
  [network('EHOSTUNREACH', true), ...OUTAGE],
  [network('ECONNRESET'), ...OUTAGE],
  [network('ENOTFOUND', true), /cannot be resolved/, /api-url.*DNS.*https_proxy/],
  [source('network'), ...UNDOCUMENTED],
];

it.each(cases)(
  'gives advice for %o',
  ({ call = 'read', wasReached = false, ...details }, cause, nextStep) => {
    const advice = faultAdvice({ fault: faultWith(details), call, wasReached });
    expect(advice.cause).toMatch(cause);
    expect(advice.nextStep).toMatch(nextStep);
    // They go into lines that bring their own full stop.
    expect(advice.cause).toMatch(/^[a-zA-Z].*[^.]$/);
    expect(advice.nextStep).toMatch(/^[A-Z].*[^.]$/);
  },
);

it.each<[Partial<FaultDetails>, string]>([
  [http(429, 'rate-limited'), 'The API limits the rate of requests: details.'],
  [http(503, 'transient'), 'The API answered the wake-up request with an error: details.'],
  [http(302), 'The wake-up request got an unusable answer: details.'],
  [{ ...http(200, 'transient'), source: 'body' }, 'The wake-up request got an unusable answer: details.'],
])('describes %o by what happened', (details, text) => {
  expect(describeFault(faultWith(details), 'wake')).toBe(text);
});
