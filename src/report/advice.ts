/** The likely cause of a failed request and what to do about it (docs/behavior.md section 6). */
import type { ApiError } from '../api/error.js';
import type { ChangeRequest } from '../run.js';

/** A clause that follows "Likely cause:", and a sentence. Neither has its full stop. */
export interface Advice {
  readonly cause: string;
  readonly nextStep: string;
}

export interface FailedCall {
  readonly fault: ApiError;
  readonly call: 'read' | ChangeRequest;
  /** Whether any HTTP answer reached this run before. */
  readonly wasReached: boolean;
}

export const SUITE = 'Friendli Suite (https://friendli.ai/suite)';
const KEYS = 'Friendli Suite, Personal Settings, API keys (https://friendli.ai/suite/~/setting/keys)';

const BY_HTTP_STATUS: Readonly<Record<number, Advice>> = {
  401: {
    cause: 'the API key is not valid',
    nextStep: `Check that the secret holds a valid personal API key, or create a new one in ${KEYS}`,
  },
  402: {
    cause: 'the team’s billing or payment method needs attention',
    nextStep: `Check the team’s billing in ${SUITE}, then re-run the job`,
  },
  403: {
    cause: 'the API key has no access to this endpoint, or the endpoint belongs to another team',
    nextStep: `Use the key of a member who can manage the endpoint (${KEYS}), and check the team input`,
  },
  404: {
    cause: 'no endpoint with this ID exists, or it belongs to another team',
    nextStep: `Compare endpoint-id with the ID in ${SUITE}, and set team to the ID of the team that owns the endpoint`,
  },
  422: {
    cause: 'the API does not accept this endpoint ID or team ID',
    nextStep: `Compare endpoint-id and team with the IDs in ${SUITE}`,
  },
  429: {
    cause: 'too many requests were sent with this API key',
    nextStep: 'Run fewer workflows at the same time, or set a longer poll-interval',
  },
};

const FIREWALL: Advice = {
  cause: 'a firewall or bot protection in front of the API blocked the request',
  nextStep:
    'Check api-url and the runner’s network; if the runner’s IP address is blocked, use another runner or contact support@friendli.ai',
};
const INVALID_REQUEST: Advice = {
  cause: 'the API considers the request invalid',
  nextStep: `Compare endpoint-id and team with the IDs in ${SUITE}`,
};
const WRONG_STATE: Advice = {
  cause:
    'the endpoint does not allow this in its current state; another restart or an update can be in progress',
  nextStep: `Check the endpoint in ${SUITE}, then re-run the job`,
};
const REDIRECT: Advice = {
  cause:
    'api-url is not the final address; redirects are not followed, so that the API key goes nowhere else',
  nextStep: 'Set api-url to the final address of the API',
};
const OUTAGE: Advice = {
  cause: 'an outage of the API or of the network',
  nextStep: 'Re-run the job later; if the problem persists, contact support@friendli.ai',
};
const WRONG_ANSWER: Advice = {
  cause: 'something other than the Friendli API answered, such as a maintenance page or a gateway',
  nextStep: 'Check api-url, and re-run the job later; if the problem persists, contact support@friendli.ai',
};
const UNDOCUMENTED: Advice = {
  cause: 'the API answered in an undocumented way',
  nextStep: `Check the endpoint in ${SUITE}, and re-run the job with debug logging for details`,
};
const NETWORK: Advice = {
  cause: 'the runner’s network or firewall does not let it reach the API',
  nextStep: 'Check the runner’s network, DNS and firewall; if it needs a proxy, set https_proxy',
};

const BY_SOURCE: Readonly<Partial<Record<ApiError['source'], Advice>>> = {
  proxy: {
    cause: 'the runner’s proxy settings are wrong, or the proxy does not allow the request',
    nextStep:
      'Check the https_proxy and no_proxy variables of the runner, including user name and password if the proxy requires them',
  },
  certificate: {
    cause:
      'something other than the API answered, such as a TLS-inspecting proxy, or the runner does not know the certificate authority',
    nextStep:
      'Check api-url; behind a TLS-inspecting proxy, set NODE_EXTRA_CA_CERTS to the file with its CA certificate',
  },
  'client-certificate': {
    cause: 'a gateway in front of the API requires a client certificate, which this action cannot present',
    nextStep: 'Check api-url and the proxy variables: the Friendli API requires no client certificate',
  },
};

/** Codes of a host that this runner cannot reach at all, unless the API was reached before. */
const UNREACHABLE_CODES: readonly (string | undefined)[] = [
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
];
const HOST_NOT_FOUND: Advice = {
  cause: 'the host name of the API cannot be resolved on this runner',
  nextStep: 'Check api-url and the runner’s DNS; if the runner needs a proxy, set https_proxy',
};

/** What is likely behind a failed call, and what to do. */
export function faultAdvice({ fault, call, wasReached }: FailedCall): Advice {
  return BY_SOURCE[fault.source] ?? httpAdvice(fault, call) ?? networkAdvice(fault, wasReached);
}

function httpAdvice({ httpStatus, isHtml, kind }: ApiError, call: FailedCall['call']): Advice | undefined {
  if (httpStatus === undefined) return undefined;
  if (httpStatus === 403 && isHtml) return FIREWALL;
  if (kind === 'rejected') return WRONG_STATE;
  if (httpStatus === 400) return call === 'read' ? INVALID_REQUEST : WRONG_STATE;
  if (httpStatus >= 200 && httpStatus < 300) return WRONG_ANSWER;
  if (httpStatus >= 300 && httpStatus < 400) return REDIRECT;
  return BY_HTTP_STATUS[httpStatus] ?? (kind === 'permanent' ? UNDOCUMENTED : OUTAGE);
}

function networkAdvice({ systemCode, kind }: ApiError, wasReached: boolean): Advice {
  if (systemCode === 'ENOTFOUND') return HOST_NOT_FOUND;
  if (!wasReached && UNREACHABLE_CODES.includes(systemCode)) return NETWORK;
  return kind === 'permanent' ? UNDOCUMENTED : OUTAGE;
}

/**
 * How a call failed, as a sentence: a 4xx is an answer, and only a fault without one is called unanswered.
 *
 * @param of which endpoint it was for, if that is not clear: ` for endpoint X`
 */
export function describeFault(fault: ApiError, call: FailedCall['call'], of = ''): string {
  const { message, httpStatus, source, kind } = fault;
  const name = `${CALL_NAMES[call]}${of}`;
  if (BY_SOURCE[source] !== undefined) return `The ${name} did not reach the API: ${message}.`;
  if (httpStatus === undefined) return `The ${name} got no answer: ${message}.`;
  if (kind === 'rate-limited') return `The API limits the rate of requests: ${message}.`;
  if (httpStatus >= 400 && httpStatus < 500) return `The API rejected the ${name}: ${message}.`;
  if (httpStatus >= 500) return `The API answered the ${name} with an error: ${message}.`;
  return `The ${name} got an unusable answer: ${message}.`;
}

export const CALL_NAMES = {
  read: 'status request',
  restart: 'restart request',
  wake: 'wake-up request',
} as const satisfies Record<FailedCall['call'], string>;
