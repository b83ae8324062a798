/** Whole runs, played through the policy, for the tests of the report and for pictures of the summary. */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import { History } from '../../src/report/history.js';
import { composeMessage, type RunEnd } from '../../src/report/messages.js';
import { renderSummary } from '../../src/report/summary.js';
import { http, type PlayedRun, playPolicy, type Script, state } from '../play.js';

/** When every scenario starts. */
export const startEpochMs = Date.UTC(2026, 10, 27, 3, 7);

const memory = 'FAILED:INFERENCE_ENGINE_MEMORY_ERROR';
const notDownloaded = 'FAILED:WORKLOAD_INIT_DOWNLOAD_ERROR';
const unexplained = 'FAILED:WORKLOAD_INIT_UNKNOWN_ERROR';
const hubDown = 'FAILED:WORKLOAD_INIT_HF_WANDB_API_ERROR';
const internal = 'FAILED:WORKLOAD_INIT_GRPC_ERROR';
const upWithCode = 'RUNNING:INFERENCE_ENGINE_MEMORY_ERROR';
export const failed = state('FAILED', { errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' });
export const running = state('RUNNING');

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

/** The same reply that many times. */
const times = <T>(count: number, reply: T): T[] => Array<T>(count).fill(reply);

const noWait = { wait: false } as const;
const minutes = (count: number) => ({ timeoutMs: count * 60_000 });
const stable = { stableForMs: 60_000 } as const;
const chat = { probe: 'chat' } as const;
const recoverable = { restartOn: ['RECOVERABLE'] } as const;
const recovery = `${notDownloaded} 4*machine 15*download 36*engine RUNNING`;
const lostStart = [`5*${internal} 8*download`, ...times(9, outage), 'engine'];
const twoAttempts = { restarts: ['lost', conflict, 'machine'], reads: [...lostStart, `3*${hubDown} RUNNING`] };
const late = `${internal} 4*download`;
const wakesUp = 'SLEEPING 3*waking';
const again = `${internal}@600`;
const failTwice = (first: string, second: string) => `${first} download 3*${second} download`;

export const scenarios = {
  'a recovery': { reads: recovery },
  'a second failure': { reads: `${memory} 4*download ${memory}` },
  'two attempts': { ...recoverable, ...stable, attempts: 3, ...twoAttempts },
  'an outage at the end': {
    ...minutes(20),
    reads: [`${memory} 3*machine 4*download`, ...times(3, outage), '22*download', outage],
  },
  'a wake-up': { wake: true, reads: 'SLEEPING 17*waking RUNNING' },
  'a probe': { ...chat, ...stable, probes: [outage, 'ok'], reads: recovery },
  'a followed rollout': { ...chat, ...stable, probes: 'ok', reads: '25*UPDATING RUNNING' },
  'a dry run': { dryRun: true, reads: memory },
  'an error code that a restart cannot fix': { ...recoverable, reads: memory },
  'nothing to restart': { reads: 'RUNNING' },
  'a cancel': { reads: `${memory} 3*machine download`, cancelAtMs: 200_000 },
  'a rejected key': { reads: [httpFault('HTTP 401 Unauthorized (invalid token)')] },

  'a restart without wait': { ...noWait, reads: memory },
  'a restart without wait whose response is lost': { ...noWait, reads: `${memory} machine`, restarts: 'lost' },
  'a restart after which the endpoint falls asleep': { reads: `${memory} download SLEEPING` },
  'a restart after which the endpoint is READY': { reads: `${memory} download READY` },
  'a restart with another error code': { reads: `${memory} download RUNNING:NEW_ERROR` },
  'a wake-up without wait': { ...noWait, wake: true, reads: 'SLEEPING' },
  'an endpoint that comes up on its own': { reads: '9*download RUNNING' },
  'a stable endpoint': { ...stable, reads: 'RUNNING' },
  'a stable endpoint with an error code': { ...stable, reads: upWithCode },
  'a rollout that leaves an error code': { ...stable, reads: `RUNNING 4*UPDATING ${upWithCode}` },
  'an endpoint with an error code': { reads: upWithCode },
  'a sleeping endpoint': { reads: 'SLEEPING' },
  'a sleeping endpoint that is not probed': { ...chat, reads: '3*UPDATING SLEEPING' },
  'a starting endpoint': { ...noWait, reads: 'download' },
  'a failed endpoint that restart-on does not list': { restartOn: ['TERMINATED'], reads: memory },
  'a lost restart of an endpoint that is terminated': {
    restartOn: ['FAILED'],
    reads: 'FAILED TERMINATED',
    restarts: 'lost',
  },

  'a dry run that would wake without wait': { ...noWait, dryRun: true, wake: true, reads: 'SLEEPING' },
  'a dry run that would wait': { dryRun: true, reads: 'download' },
  'a dry run that would probe': { dryRun: true, probe: 'embeddings', reads: 'RUNNING' },
  'a dry run with nothing to do': { dryRun: true, reads: 'RUNNING' },
  'a dry run that would fail': { ...recoverable, dryRun: true, reads: memory },

  'a second failure of two attempts': { attempts: 2, reads: `${failTwice(internal, again)} ${unexplained}` },
  'a failure without a cause': { reads: `${unexplained} download ${unexplained}` },
  'a second failure to download': { attempts: 2, reads: `${failTwice(hubDown, notDownloaded)} ${notDownloaded}@600` },
  'a failure without an error code': { reads: 'TERMINATED download FAILED' },
  'a restart without effect': { reads: memory, restarts: memory },
  'an endpoint that someone stops': { attempts: 2, reads: `${failTwice(internal, again)} TERMINATED` },
  'a failure after a wake-up': { wake: true, restartOn: ['TERMINATED'], reads: `${wakesUp} ${memory}` },
  'a failure after a wake-up and a restart': { wake: true, reads: `${wakesUp} ${memory} ${memory} engine ${memory}` },

  'a timeout': { reads: `${memory} 3*machine download` },
  'a timeout during an update': { ...minutes(20), reads: 'UPDATING' },
  'a timeout in an unknown status': { ...minutes(20), reads: 'UNKNOWN' },
  'a timeout right after a restart': { ...minutes(1), reads: memory, restarts: memory },
  'a timeout of a wake-up without effect': { ...minutes(5), wake: true, reads: 'SLEEPING', wakes: 'SLEEPING' },
  'a timeout while no read shows an accepted restart': { ...minutes(5), reads: memory },
  'a timeout without capacity': { reads: `${memory} machine` },
  'a timeout soon after a virtual machine is requested': { ...minutes(5), reads: '50*UPDATING machine' },
  'a timeout while the restart is rejected': { ...minutes(1), reads: memory, restarts: times(9, conflict) },
  'a timeout while the restart fails': { ...minutes(5), reads: memory, restarts: times(30, outage) },
  'a timeout with an attempt to come': { ...minutes(2), attempts: 3, reads: `${late} ${again}` },
  'a timeout before a failure is confirmed': { ...minutes(2), reads: `${late} download ${again}` },
  'a timeout before the endpoint is stable': { ...minutes(1), stableForMs: 50_000, reads: 'machine machine RUNNING' },
  'a timeout of a probe': { ...minutes(10), ...chat, probes: [busy], reads: `${memory} 3*engine RUNNING` },
  'a timeout of a probe without a response': { ...minutes(10), ...chat, probes: 'hang', reads: 'RUNNING' },
  'a timeout before a probe is over': { ...minutes(1), ...chat, probes: 'hang', reads: '12*UPDATING RUNNING' },
  'an outage right after a restart': { ...minutes(20), reads: [memory, outage], restarts: memory },

  'a cancel after a lost restart': { reads: `${memory} UNKNOWN`, restarts: 'lost', cancelAtMs: 12_000 },
  'a cancel right after a restart': { reads: memory, restarts: memory, cancelAtMs: 12_000 },
  'a cancel before anything is known': { reads: 'hang', cancelAtMs: 100 },

  'a stopping endpoint': { ...noWait, reads: 'TERMINATING' },
  'an undocumented status': { ...noWait, reads: 'HIBERNATING' },
  'an endpoint that does not exist': { reads: [notFound] },
  'an endpoint that is deleted': { reads: ['3*machine', notFound] },
  'an outage that ends in a 404': { ...minutes(5), reads: ['machine', ...times(11, outage), notFound] },
  'a key that is revoked': { reads: ['3*machine', httpFault('HTTP 401 Unauthorized')] },
  'a key of another team': { reads: [forbidden] },
  'a bill that is not paid': { reads: memory, restarts: times(9, httpFault('HTTP 402 Payment Required')) },
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
  'an outage without wait': { ...noWait, reads: `${memory} lost`, restarts: [outage] },
  'an outage until it is too late to restart': { ...noWait, reads: [...times(12, outage), memory] },
  'a restart that is rejected': { reads: memory, restarts: times(20, conflict) },
  'a restart that gets no response': { ...noWait, reads: memory, restarts: '20*lost' },
  'a restart that is not confirmed': { ...noWait, reads: `${memory} UNKNOWN`, restarts: [maintenance] },
  'a wake-up that is not confirmed': { ...noWait, wake: true, reads: 'SLEEPING STOPPING', wakes: [outage] },
  'a probe of the wrong kind': { ...chat, reads: 'RUNNING', probes: [noTemplate] },
  'a probe without access': { ...chat, reads: 'RUNNING', probes: [forbidden] },
  'an endpoint that falls asleep without a response': { ...chat, reads: 'RUNNING SLEEPING', probes: [outage] },
} satisfies Record<string, Script>;

/** As the policy plays it, with replies to the first restarts and wake-ups unless the script has its own. */
export function play(script: Script): PlayedRun {
  return playPolicy({ restarts: '2*machine', wakes: 'waking', ...script });
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
