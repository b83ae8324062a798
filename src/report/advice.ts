/** The likely cause of a failed request and what to do about it (docs/behavior.md section 6). */
import { CONTACT_SUPPORT, FRIENDLI_SUITE_URL } from '../error-codes.js';
import type { Failure } from './labels.js';

/** `cause` completes "Likely cause: …" and is empty where the error says it; `nextStep` is a sentence. Neither ends in a period. */
type Advice = readonly [cause: string, nextStep: string];

export interface FailedCall extends Failure {
  /** Whether this run has received any HTTP response from the API. */
  readonly wasReached: boolean;
  /** Whether this run has read a status, so that endpoint, key, and team were right. */
  readonly hasStatus: boolean;
}

export const FRIENDLI_SUITE_LINK = `Friendli Suite (${FRIENDLI_SUITE_URL})`;
export const CHECK_ENDPOINT = `Check the endpoint in ${FRIENDLI_SUITE_LINK}`;
const API_KEYS = `Friendli Suite, Personal Settings, API keys (${FRIENDLI_SUITE_URL}/~/setting/keys)`;
const COMPARE_IDS = `Compare endpoint-id and team with the IDs in ${FRIENDLI_SUITE_LINK}`;
const CHECK_LOGS = `Check the endpoint’s logs and load in ${FRIENDLI_SUITE_LINK}. If the problem persists, ${CONTACT_SUPPORT}`;
const LATER = 'Re-run the job later. If the problem persists, contact support@friendli.ai';

/** By what a reader sees; docs/troubleshooting.md has the same rows. */
export const ADVICE = {
  'HTTP 400, 404, or 422': ['no endpoint with this ID exists, or it belongs to another team', COMPARE_IDS],
  'HTTP 401': [
    'the API key is not valid',
    `Check that the secret contains a valid personal API key, or create a new one in ${API_KEYS}`,
  ],
  'HTTP 402': [
    'the team’s billing or payment method needs attention',
    `Check the team’s billing in ${FRIENDLI_SUITE_LINK}, then re-run the job`,
  ],
  'HTTP 403': [
    'the API key lacks permission for this request',
    `Use the key of a member who can manage the endpoint, in the team that owns it. You can manage keys in ${API_KEYS}`,
  ],
  'HTTP 403 with an HTML body': [
    'a firewall or bot protection in front of the API blocked the request',
    'Check api-url and the runner’s network; if the runner’s IP address is blocked, use another runner or contact support@friendli.ai',
  ],
  'HTTP 404 after a status was read': [
    'the endpoint was deleted during the run',
    `Check in ${FRIENDLI_SUITE_LINK} whether the endpoint still exists`,
  ],
  'HTTP 400, 409, or 423 for a restart or wake-up': [
    'the endpoint’s current state does not allow this, possibly because another restart or an update is in progress',
    `${CHECK_ENDPOINT}, then re-run the job`,
  ],
  'HTTP 3xx': [
    'api-url redirects to another address, which the action does not follow in order to protect the API key',
    'Set api-url to the API’s final URL',
  ],
  'Any other HTTP status': [
    'the API sent an undocumented response',
    `${CHECK_ENDPOINT}, and re-run the job with debug logging for details`,
  ],
  'HTTP 429': [
    'too many requests were sent with this API key',
    'Run fewer workflows at the same time, or set a longer poll-interval',
  ],
  'HTTP 5xx': ['an outage of the API', LATER],
  'A response that is not a status object': [
    'the response came from something other than the Friendli API, such as a gateway or a maintenance page',
    `Check api-url. ${LATER}`,
  ],
  'No response before the API was reached': [
    'the runner’s network or firewall blocks access to the API',
    'Check api-url and the runner’s network, DNS, and firewall; if the runner needs a proxy, set https_proxy. If the runner can reach other sites, re-run the job later',
  ],
  'No response after the API was reached': ['an outage of the API or a network problem', LATER],
  'Proxy error': [
    '',
    'Check the https_proxy and no_proxy variables of the runner, including the username and password if the proxy requires them',
  ],
  'Untrusted certificate': [
    'a TLS-inspecting proxy, a private CA, or a wrong api-url',
    'Check api-url. Behind a TLS-inspecting proxy, set NODE_EXTRA_CA_CERTS to the path of its CA certificate',
  ],
  'Untrusted certificate with NODE_EXTRA_CA_CERTS set': [
    'a TLS-inspecting proxy, a private CA, or a wrong api-url',
    'Check that the file named by NODE_EXTRA_CA_CERTS exists and is in PEM format. With Node.js 24, NODE_USE_SYSTEM_CA=1 trusts the runner’s own CA certificates',
  ],
  'Certificate not yet valid': ['the runner’s clock is wrong', 'Check the runner’s date and time'],
  'HTTP 401 or 403 for a probe': [
    'the API key has no access to inference',
    `Use a key that can send requests to the endpoint. You can manage keys in ${API_KEYS}`,
  ],
  'Any other rejected probe': [
    'the model does not support this type of request',
    'Set probe to a type of request that the model supports',
  ],
  'HTTP 429 for a probe': ['the endpoint’s queue is full, or the account has reached a limit', CHECK_LOGS],
  'No response to a probe, or HTTP 5xx': ['the engine is overloaded or not working', CHECK_LOGS],
} as const satisfies Record<string, Advice>;

export type AdviceTopic = keyof typeof ADVICE;

export function faultAdvice({ fault, call, wasReached, hasStatus }: FailedCall): Advice {
  const { source, kind, httpStatus = 0, isHtml, systemCode } = fault;
  const isCertificate = source === 'certificate';
  const hasExtraCas = (process.env['NODE_EXTRA_CA_CERTS'] ?? '') !== '';
  const isProbe = call === 'probe';
  const isDenied = httpStatus === 401 || httpStatus === 403;
  /** The first one that applies. */
  const topics: readonly (readonly [applies: boolean, topic: AdviceTopic])[] = [
    [source === 'proxy', 'Proxy error'],
    [isCertificate && systemCode === 'CERT_NOT_YET_VALID', 'Certificate not yet valid'],
    [isCertificate && hasExtraCas, 'Untrusted certificate with NODE_EXTRA_CA_CERTS set'],
    [isCertificate, 'Untrusted certificate'],
    [isProbe && kind === 'rate-limited', 'HTTP 429 for a probe'],
    [isProbe && kind !== 'permanent', 'No response to a probe, or HTTP 5xx'],
    [kind === 'permanent' && httpStatus < 400, 'HTTP 3xx'],
    [httpStatus === 402, 'HTTP 402'],
    [httpStatus === 403 && isHtml, 'HTTP 403 with an HTML body'],
    [isProbe && isDenied, 'HTTP 401 or 403 for a probe'],
    [isProbe, 'Any other rejected probe'],
    [source === 'body', 'A response that is not a status object'],
    [kind === 'conflict', 'HTTP 400, 409, or 423 for a restart or wake-up'],
    [kind === 'rate-limited', 'HTTP 429'],
    [kind === 'transient' && httpStatus >= 300, 'HTTP 5xx'],
    [kind === 'transient' && wasReached, 'No response after the API was reached'],
    [kind === 'transient', 'No response before the API was reached'],
    [httpStatus === 401, 'HTTP 401'],
    [httpStatus === 403, 'HTTP 403'],
    // Where a status was read, an ID that worked is not what is wrong.
    [httpStatus === 404 && hasStatus && call === 'read', 'HTTP 404 after a status was read'],
    [[400, 404, 422].includes(httpStatus) && !hasStatus, 'HTTP 400, 404, or 422'],
  ];
  return ADVICE[topics.find(([applies]) => applies)?.[1] ?? 'Any other HTTP status'];
}
