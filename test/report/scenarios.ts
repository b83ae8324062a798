/** Whole runs, played through the policy, for the tests of the report and for pictures of the summary. */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import { History } from '../../src/report/history.js';
import { composeMessage, type RunEnd } from '../../src/report/messages.js';
import { renderSummary } from '../../src/report/summary.js';
import { http, lost, type PlayedRun, playPolicy, type Script, state } from '../play.js';

/** When every scenario starts. */
export const startEpochMs = Date.UTC(2026, 10, 27, 3, 7);

const failedWith = (errorCode: string): EndpointState => state('FAILED', { errorCode });
export const failed = failedWith('INFERENCE_ENGINE_MEMORY_ERROR');
const notDownloaded = failedWith('WORKLOAD_INIT_DOWNLOAD_ERROR');
const unexplained = failedWith('WORKLOAD_INIT_UNKNOWN_ERROR');
const hubDown = failedWith('WORKLOAD_INIT_HF_WANDB_API_ERROR');
const internal = failedWith('WORKLOAD_INIT_GRPC_ERROR');
export const machine = state('INITIALIZING', { phase: 'REQUESTING_VIRTUAL_MACHINE' });
export const download = state('INITIALIZING', { phase: 'DOWNLOADING_MODEL' });
export const engine = state('INITIALIZING', { phase: 'ENGINE_INITIALIZING' });
const waking = state('AWAKING', { phase: 'ENGINE_INITIALIZING' });
export const running = state('RUNNING');
const runningWithCode = { ...failed, status: 'RUNNING' };
const updating = state('UPDATING');
const sleeping = state('SLEEPING');
const terminated = state('TERMINATED');
const unknown = state('UNKNOWN');

/** An error of the API with the message as a person sees it; its status is the number in it. */
export function httpFault(message: string, details: Partial<FaultDetails> = {}): ApiError {
  return new ApiError(message, { ...http(Number(/\d+/.exec(message)?.[0])), ...details });
}
export const outage = httpFault('HTTP 503 Service Unavailable (upstream is down)');
const conflict = httpFault('HTTP 400 Bad Request (already restarting)');
const notFound = httpFault('HTTP 404 Not Found');
const forbidden = httpFault('HTTP 403 Forbidden');
const noTemplate = httpFault('HTTP 400 Bad Request (no chat template)', { kind: 'permanent' });
const busy = httpFault('HTTP 429 Too Many Requests (request timed out in the queue)');
const notAState = 'HTTP 200, but the response is not a status object';
const maintenance = httpFault(notAState, { kind: 'transient', source: 'body' });
const refusal = { kind: 'transient', source: 'network', systemCode: 'ECONNREFUSED' } as const;
const refused = new ApiError('the connection was refused (connect ECONNREFUSED 127.0.0.1:443)', refusal);
const noUrl = 'the environment variable https_proxy is not a valid proxy URL';
const badProxy = new ApiError(noUrl, { kind: 'permanent', source: 'proxy' });
function untrusted(systemCode: string): ApiError {
  const message = `the server’s certificate is not trusted (${systemCode}: …)`;
  return new ApiError(message, { kind: 'permanent', source: 'certificate', systemCode });
}

/** The same state, updated once more. */
const again = (failure: EndpointState): EndpointState => ({ ...failure, updatedAt: '2026-11-27T03:10:00Z' });
/** The same reply that many times. */
const times = <T>(count: number, reply: T): T[] => Array<T>(count).fill(reply);

const noWait = { wait: false } as const;
const minutes = (count: number) => ({ timeoutMs: count * 60_000 });
const stable = { stableForMs: 60_000 } as const;
const chat = { probe: 'chat' } as const;
const recoverable = { restartOn: ['RECOVERABLE'] } as const;
const startUp = [...times(4, machine), ...times(15, download), ...times(36, engine)];
const outages = [...times(3, outage), ...times(22, download), outage];
const lostStart = [...times(5, internal), ...times(8, download), ...times(9, outage), engine];
const twoAttempts = { restarts: [lost, conflict, machine], reads: [...lostStart, ...times(3, hubDown), running] };
const late = [internal, ...times(4, download)];
const wakesUp = [sleeping, ...times(3, waking)];
const rollout = (polls: number) => [...times(polls, updating), running];
const failTwice = (first: EndpointState, second: EndpointState) => [first, download, ...times(3, second), download];

export const scenarios = {
  'a recovery': { reads: [notDownloaded, ...startUp, running] },
  'a second failure': { reads: [failed, ...times(4, download), failed] },
  'two attempts': { ...recoverable, ...stable, attempts: 3, ...twoAttempts },
  'an outage at the end': { ...minutes(20), reads: [failed, ...times(3, machine), ...times(4, download), ...outages] },
  'a wake-up': { wake: true, reads: [sleeping, ...times(17, waking), running] },
  'a probe': { ...chat, ...stable, probes: [outage, 'ok'], reads: [notDownloaded, ...startUp, running] },
  'a followed rollout': { ...chat, ...stable, probes: ['ok'], reads: rollout(25) },
  'a dry run': { dryRun: true, reads: [failed] },
  'an error code that a restart cannot fix': { ...recoverable, reads: [failed] },
  'nothing to restart': { reads: [running] },
  'a cancel': { reads: [failed, ...times(3, machine), download], cancelAtMs: 200_000 },
  'a rejected key': { reads: [httpFault('HTTP 401 Unauthorized (invalid token)')] },

  'a restart without wait': { ...noWait, reads: [failed] },
  'a restart without wait whose response is lost': { ...noWait, reads: [failed, machine], restarts: [lost] },
  'a restart after which the endpoint falls asleep': { reads: [failed, download, sleeping] },
  'a restart after which the endpoint is READY': { reads: [failed, download, state('READY')] },
  'a restart with another error code': { reads: [failed, download, state('RUNNING', { errorCode: 'NEW_ERROR' })] },
  'a wake-up without wait': { ...noWait, wake: true, reads: [sleeping] },
  'an endpoint that comes up on its own': { reads: [...times(9, download), running] },
  'a stable endpoint': { ...stable, reads: [running] },
  'a stable endpoint with an error code': { ...stable, reads: [runningWithCode] },
  'a rollout that leaves an error code': { ...stable, reads: [running, ...times(4, updating), runningWithCode] },
  'an endpoint with an error code': { reads: [runningWithCode] },
  'a sleeping endpoint': { reads: [sleeping] },
  'a sleeping endpoint that is not probed': { ...chat, reads: [...times(3, updating), sleeping] },
  'a starting endpoint': { ...noWait, reads: [download] },
  'a failed endpoint that restart-on does not list': { restartOn: ['TERMINATED'], reads: [failed] },
  'a lost restart of an endpoint that is then terminated': {
    restartOn: ['FAILED'],
    reads: [state('FAILED'), terminated],
    restarts: [lost],
  },

  'a dry run that would wake without wait': { ...noWait, dryRun: true, wake: true, reads: [sleeping] },
  'a dry run that would wait': { dryRun: true, reads: [download] },
  'a dry run that would probe': { dryRun: true, probe: 'embeddings', reads: [running] },
  'a dry run with nothing to do': { dryRun: true, reads: [running] },
  'a dry run that would fail': { ...recoverable, dryRun: true, reads: [failed] },

  'a second failure of two attempts': { attempts: 2, reads: [...failTwice(internal, again(internal)), unexplained] },
  'a failure without a cause': { reads: [unexplained, download, unexplained] },
  'a second failure to download': { attempts: 2, reads: [...failTwice(hubDown, notDownloaded), again(notDownloaded)] },
  'a failure without an error code': { reads: [terminated, download, state('FAILED')] },
  'a restart without effect': { reads: [failed], restarts: [failed] },
  'an endpoint that someone stops': { attempts: 2, reads: [...failTwice(internal, again(internal)), terminated] },
  'a failure after a wake-up': { wake: true, restartOn: ['TERMINATED'], reads: [...wakesUp, failed] },
  'a failure after a wake-up and a restart': { wake: true, reads: [...wakesUp, failed, failed, engine, failed] },

  'a timeout': { reads: [failed, ...times(3, machine), download] },
  'a timeout during an update': { ...minutes(20), reads: [updating] },
  'a timeout in an unknown status': { ...minutes(20), reads: [unknown] },
  'a timeout right after a restart': { ...minutes(1), reads: [failed], restarts: [failed] },
  'a timeout of a wake-up without effect': { ...minutes(5), wake: true, reads: [sleeping], wakes: [sleeping] },
  'a timeout without capacity': { reads: [failed, machine] },
  'a timeout soon after a virtual machine is requested': { ...minutes(5), reads: [...times(50, updating), machine] },
  'a timeout while the restart is rejected': { ...minutes(1), reads: [failed], restarts: times(9, conflict) },
  'a timeout while the restart fails': { ...minutes(5), reads: [failed], restarts: times(30, outage) },
  'a timeout with an attempt to come': { ...minutes(2), attempts: 3, reads: [...late, again(internal)] },
  'a timeout before a failure is confirmed': { ...minutes(2), reads: [...late, download, again(internal)] },
  'a timeout before the endpoint is stable': { ...minutes(1), stableForMs: 50_000, reads: [machine, machine, running] },
  'a timeout of a probe': { ...minutes(10), ...chat, probes: [busy], reads: [failed, ...times(3, engine), running] },
  'a timeout of a probe without a response': { ...minutes(10), ...chat, probes: ['hang'], reads: [running] },
  'a timeout before a probe is over': { ...minutes(1), ...chat, probes: ['hang'], reads: rollout(12) },
  'an outage right after a restart': { ...minutes(20), reads: [failed, outage], restarts: [failed] },

  'a cancel after a lost restart': { reads: [failed, unknown], restarts: [lost], cancelAtMs: 12_000 },
  'a cancel right after a restart': { reads: [failed], restarts: [failed], cancelAtMs: 12_000 },
  'a cancel before anything is known': { reads: ['hang'], cancelAtMs: 100 },

  'a stopping endpoint': { ...noWait, reads: [state('TERMINATING')] },
  'an undocumented status': { ...noWait, reads: [state('HIBERNATING')] },
  'an endpoint that does not exist': { reads: [notFound] },
  'an endpoint that is deleted': { reads: [...times(3, machine), notFound] },
  'a key that is revoked': { reads: [...times(3, machine), httpFault('HTTP 401 Unauthorized')] },
  'a key of another team': { reads: [forbidden] },
  'a bill that is not paid': { reads: [failed], restarts: times(9, httpFault('HTTP 402 Payment Required')) },
  'a firewall': { reads: [httpFault('HTTP 403 Forbidden', { isHtml: true })] },
  'a redirect': { reads: [httpFault('HTTP 302 Found', { kind: 'permanent' })] },
  'an undocumented response': { reads: [httpFault('HTTP 410 Gone')] },
  'a certificate that is not trusted': { reads: [untrusted('SELF_SIGNED_CERT_IN_CHAIN')] },
  'a certificate of the future': { reads: [untrusted('CERT_NOT_YET_VALID')] },
  'an invalid proxy setting': { reads: [badProxy] },
  'a refused connection': { reads: [refused] },
  'an outage': { reads: [outage] },
  'a rate limit': { reads: [httpFault('HTTP 429 Too Many Requests')] },
  'a maintenance page': { reads: [maintenance] },
  'an outage without wait': { ...noWait, reads: [failed, lost], restarts: [outage] },
  'an outage until it is too late to restart': { ...noWait, reads: [...times(12, outage), failed] },
  'a restart that is rejected': { reads: [failed], restarts: times(20, conflict) },
  'a restart that gets no response': { ...noWait, reads: [failed], restarts: times(20, lost) },
  'a restart that is not confirmed': { ...noWait, reads: [failed, unknown], restarts: [maintenance] },
  'a wake-up that is not confirmed': { ...noWait, wake: true, reads: [sleeping, state('STOPPING')], wakes: [outage] },
  'a probe of the wrong kind': { ...chat, reads: [running], probes: [noTemplate] },
  'a probe without access': { ...chat, reads: [running], probes: [forbidden] },
  'an endpoint that falls asleep without a response': { ...chat, reads: [running, sleeping], probes: [outage] },
} satisfies Record<string, Script>;

/** As the policy plays it, with replies to the first restarts and wake-ups unless the script has its own. */
export function play(script: Script): PlayedRun {
  return playPolicy({ restarts: [machine, machine], wakes: [waking], ...script });
}

/** How a run ends, without log, annotations, and outputs. */
export function playScenario(script: Script) {
  const { reported, run, decision, elapsedMs } = play(script);
  const history = new History();
  for (const [event, knowledge] of reported) history.record(event, knowledge);
  return { run, decision, ...reportEnd({ type: 'completed', result: { run, decision, elapsedMs } }, history) };
}

export function reportEnd(end: RunEnd, history = new History()) {
  const result = end.type === 'completed' ? end.result : undefined;
  const endpointId = result === undefined ? '' : 'dep1';
  const message = composeMessage(end, { endpointId, wasReached: history.wasReached });
  return { message, summary: renderSummary({ message, result, endpointId, history, startEpochMs }) };
}
