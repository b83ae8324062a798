/**
 * What docs/behavior.md promises of every run, whatever the service and the network do. These are promises about what
 * can be seen from outside and what really happened at the service, not a second policy.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EndpointState } from '../../src/endpoint.js';
import { isRecoverable } from '../../src/error-codes.js';
import { type ApiCall, type ControlRequest, isSuccess, type Policy } from '../../src/run.js';
import { hasWokenEndpoint, restartCount } from '../../src/state.js';
import { isRequest, type ScheduledRun } from './schedule.js';
import type { RecordedRequest } from './service.js';

/** Timers can end late by some milliseconds, and so does what they are compared with. */
const TOLERANCE_MS = 10;

/** The part of a request and its result that can be seen from the service's side as well. */
type SeenRequest = Pick<RecordedRequest, 'sentAt'> & {
  readonly call: ApiCall;
  readonly state?: { status: string; errorCode: string } | undefined;
};

/** The guarantees, by their sentences, that are not kept. */
export function broken(guarantees: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(guarantees).filter((sentence) => !guarantees[sentence]);
}

function isDown(state: { status: string } | undefined | false): boolean {
  return state !== undefined && state !== false && ['FAILED', 'TERMINATED'].includes(state.status);
}

function isInScope({ status, errorCode }: { status: string; errorCode: string }, { restartOn }: Policy): boolean {
  return restartOn.some(
    (it) => it === status || (it === 'RECOVERABLE' && status === 'FAILED' && isRecoverable(errorCode)),
  );
}

/** The guarantees about requests that are not kept. */
export function requestViolations(requests: readonly SeenRequest[], policy: Policy): string[] {
  const isWaiting = policy.wait && !policy.dryRun;
  const deadline = isWaiting ? policy.timeoutMs : 120_000;
  const lastRead = isWaiting ? deadline : 2 * deadline;
  const cutoff = deadline - Math.min(5_000, deadline / 10);
  const others = requests.flatMap(({ call, sentAt, state }, index) => {
    const before = requests[index - 1];
    return call === 'read' ? [] : [{ call, sentAt, state, seen: before?.call === 'read' && before.state }];
  });
  const changes = others.filter(({ call }) => call !== 'probe');
  const accepted = (kind: ControlRequest) =>
    changes.filter(({ call, state }) => call === kind && state).map(({ sentAt }) => sentAt);
  const restarts = accepted('restart');
  return broken({
    'A restart or wake-up follows a read that calls for it.': changes.every(({ call, seen }) => {
      if (!seen || policy.dryRun) return false;
      return call === 'wake' ? policy.wake && seen.status === 'SLEEPING' : isDown(seen) && isInScope(seen, policy);
    }),
    'After an accepted restart only a recoverable failure is restarted.': changes.every(({ call, sentAt, seen }) => {
      const isLater = call === 'restart' && restarts.some((ms) => ms < sentAt);
      return !isLater || (seen && seen.status === 'FAILED' && isRecoverable(seen.errorCode));
    }),
    'A probe is sent only with `wait`, and only after a read that shows RUNNING or READY.': others.every(
      ({ call, seen }) => call !== 'probe' || (isWaiting && seen && ['RUNNING', 'READY'].includes(seen.status)),
    ),
    'At most `attempts` restarts and one wake-up are accepted.':
      restarts.length <= policy.attempts && accepted('wake').length <= 1,
    'The accepted restarts are 30, 60, 120, and 240 s apart.': restarts.every(
      (ms, index) => index === 0 || ms - (restarts[index - 1] ?? 0) > 15_000 * 2 ** index - 1_000,
    ),
    'Nothing is sent after the deadline, and no restart or wake-up shortly before it.': requests.every(
      ({ call, sentAt }) => sentAt <= (call === 'read' || call === 'probe' ? lastRead : cutoff),
    ),
  });
}

/** What is wrong with a run of the loop, compared with what the service really did. */
export function violations(scheduled: ScheduledRun): string[] {
  const { result, log, canceledAtMs = Number.POSITIVE_INFINITY } = scheduled;
  const { run, decision, elapsedMs } = result;
  const { outcome } = decision;
  const { policy, world } = scheduled.schedule;
  const isWaiting = policy.wait && !policy.dryRun;
  const requests = log.filter(isRequest);
  const events = log.filter((entry) => !isRequest(entry));
  const isReported = run.accepted.length > 0;
  const isAccepted = requests.some(({ accepted }) => accepted);
  const isOnItsOwn = world.actions.length > 0 || (world.behavior.before ?? []).length > 1;
  const isUp = ['RUNNING', 'READY', 'SLEEPING'].includes(run.last?.status ?? '');
  const times = [...events.map(({ atMs }) => atMs), elapsedMs];
  const states = events.flatMap((it) => (it.type === 'observed' ? [{ ...it.state, updatedAt: '' }] : []));
  return [
    ...requestViolations(requests, policy),
    ...broken({
      'A request has 30 s, or the time until the deadline.': requests.every(({ sentAt, timeoutMs }) => {
        const leftMs = isWaiting ? policy.timeoutMs - sentAt : 30_000;
        return timeoutMs > 0 && timeoutMs <= Math.min(30_000, leftMs);
      }),
      'A run ends in time.': elapsedMs <= (isWaiting ? policy.timeoutMs : 240_000) + 30_000 + TOLERANCE_MS,
      'A cancel ends the run at once, and nothing is requested after it.':
        elapsedMs <= canceledAtMs &&
        (outcome !== 'cancelled' || elapsedMs === canceledAtMs) &&
        !requests.some(({ afterCancel }) => afterCancel),
      'An accepted request is reported, or known to be ambiguous.':
        isReported || run.ambiguous !== undefined || !isAccepted,
      'An acceptance is reported only if there was one, or if the endpoint can have changed by itself.':
        !isReported || isOnItsOwn || isAccepted,
      'Every accepted response is counted.':
        restartCount(run) >= responses(requests, 'restart') &&
        hasWokenEndpoint(run) === run.accepted.some(({ kind }) => kind === 'wake'),
      'The outcome follows from what was accepted.':
        (outcome === 'restarted' && restartCount(run) > 0) ||
        (outcome === 'woken' && restartCount(run) === 0 && hasWokenEndpoint(run)) ||
        (outcome === 'not-needed' && !isReported) ||
        !['restarted', 'woken', 'not-needed'].includes(outcome),
      'With wait, success means that the last read shows the endpoint up, or that it was left alone.':
        !isWaiting || !isSuccess(outcome) || isUp || (outcome === 'not-needed' && isDown(run.last)),
      'With a probe, success means that the endpoint responded, or that it sleeps or was left alone.':
        !isWaiting ||
        policy.probe === undefined ||
        !isSuccess(outcome) ||
        requests.at(-1)?.responded === true ||
        ['SLEEPING', 'FAILED', 'TERMINATED'].includes(run.last?.status ?? ''),
      'A FAILED or TERMINATED that the run did not find first is confirmed by a second read.':
        !isWaiting || unconfirmed(scheduled).length === 0,
      'A series of rejections that follows an ambiguous request holds it back once, for two minutes.': (
        ['restart', 'wake'] as const
      ).every((kind) => isHeldBack(requests, kind)),
      'Failing reads have one warning, at the second fault or after 5 s, and one line when they end.':
        isWarnedOnce(scheduled),
      'Events come in the order of time.': times.every((ms, index) => ms >= (times[index - 1] ?? 0)),
      'No pause is negative.': events.every((event) => event.type !== 'paused' || event.forMs >= 0),
      'A line is printed for a change only.': states.every(
        (state, index) => !isDeepStrictEqual(state, states[index - 1]),
      ),
    }),
  ];
}

function responses(requests: readonly RecordedRequest[], kind: ControlRequest): number {
  return requests.filter(({ call, state }) => call === kind && state !== undefined).length;
}

/** The restarts, and the end, that follow from a single read of FAILED or TERMINATED (section 4, confirmation). */
function unconfirmed({ log, result, schedule }: ScheduledRun): string[] {
  const { policy } = schedule;
  const requests = log.filter(isRequest);
  const end = ['failed', 'not-recoverable', 'not-needed'].includes(result.decision.outcome) && isDown(result.run.last);
  const actions = [
    ...requests.flatMap((it, index) => (it.call === 'restart' ? [index] : [])),
    ...(end ? [requests.length] : []),
  ];
  return actions.flatMap((index) => {
    const before = requests.slice(0, index);
    const reads = before.filter(({ call, state }) => call === 'read' && state !== undefined);
    const isFirst = before.every(
      ({ call, state }, at) =>
        state === undefined || (call === 'read' && (isDown(state) || isOlder(state, before.slice(0, at)))),
    );
    const last = reads.at(-1);
    if (isFirst || last === undefined) return [];
    const pauseMs = Math.min(10_000, policy.pollIntervalMs ?? 10_000);
    const isLast = last.sentAt >= policy.timeoutMs - 2_000 - TOLERANCE_MS;
    const isSecond = reads.some(
      (it) => it !== last && isDown(it.state) && (isLast || last.sentAt - it.sentAt >= pauseMs - TOLERANCE_MS),
    );
    return isDown(last.state) && isSecond ? [] : [`at ${last.sentAt} ms`];
  });
}

/** Whether a read is stale, because an earlier one had a later `updatedAt`. */
function isOlder({ updatedAt }: EndpointState, before: readonly RecordedRequest[]): boolean {
  return before.some(
    ({ call, state }) => call === 'read' && state !== undefined && Date.parse(state.updatedAt) > Date.parse(updatedAt),
  );
}

/** Section 5, rejected requests: no resend for 120 s, unless the state shows that the ambiguous one was accepted. */
function isHeldBack(requests: readonly RecordedRequest[], kind: ControlRequest): boolean {
  let isAmbiguous = false;
  let lastRead: EndpointState | undefined;
  let rejected: { until: number; lastAt: number; stateBefore: EndpointState | undefined } | undefined;
  for (const { call, sentAt, fault, state } of requests) {
    if (call === 'read' && state !== undefined) {
      const hasStarted = ['INITIALIZING', 'AWAKING', 'RUNNING', 'READY'].includes(state.status);
      const { updatedAt, errorCode } = rejected?.stateBefore ?? {};
      const hasFailed = state.status === 'FAILED' && (state.updatedAt !== updatedAt || state.errorCode !== errorCode);
      if (hasStarted || (rejected && hasFailed)) [isAmbiguous, rejected] = [false, undefined];
      lastRead = state;
    } else if (call !== 'read' && call !== 'probe') {
      if (call === kind && rejected && sentAt < rejected.until - TOLERANCE_MS) return false;
      const { httpStatus = 0 } = fault ?? {};
      const isUnclear = fault?.kind === 'transient' && (httpStatus < 300 || httpStatus >= 500);
      const seriesEnd = rejected ? Math.max(rejected.until, rejected.lastAt) + 120_000 + TOLERANCE_MS : 0;
      if (fault === undefined || (isUnclear && call !== kind)) {
        [isAmbiguous, rejected] = [false, undefined];
      } else if (isUnclear) {
        isAmbiguous = true;
      } else if (call === kind && fault.kind === 'conflict' && sentAt < seriesEnd) {
        rejected = rejected && { ...rejected, lastAt: sentAt };
      } else if (call === kind && fault.kind === 'conflict' && isAmbiguous) {
        const until = sentAt + 120_000;
        [isAmbiguous, rejected] = [false, { until, lastAt: until, stateBefore: lastRead }];
      }
    }
  }
  return true;
}

function isWarnedOnce({ log }: ScheduledRun): boolean {
  let [faults, since, isWarned] = [0, 0, false];
  return log.every((entry) => {
    if (!('call' in entry) || entry.call !== 'read' || ('isWarning' in entry && !entry.isWarning)) return true;
    if (!isRequest(entry)) {
      const isRight = entry.type === 'fault' ? faults > 0 && !isWarned : faults === 0 && isWarned;
      isWarned = entry.type === 'fault';
      return isRight;
    }
    const isDue = faults > 1 || (faults === 1 && entry.sentAt - since > 5_000 + TOLERANCE_MS);
    faults = entry.fault ? faults + 1 : 0;
    if (faults === 1) since = entry.sentAt;
    return isWarned || !isDue;
  });
}

/** A run as a person can follow it: what is wrong, the inputs, what happened in which second, and the end. */
export function transcript({ schedule, log, result }: ScheduledRun, found: readonly string[]): string {
  const lines = log.flatMap((entry) => {
    if (!isRequest(entry)) {
      const { type, atMs, ...rest } = entry;
      return type === 'paused' || ('isWarning' in entry && !entry.isWarning)
        ? []
        : [`${seconds(atMs)}    ${type} ${describe(rest)}`];
    }
    const { sentAt, call, state, fault, accepted, responded } = entry;
    const effect = accepted ? ' (accepted)' : responded ? ' (responded)' : '';
    return [`${seconds(sentAt)}  ${call}: ${fault?.message ?? describe(state)}${effect}`];
  });
  const { decision, elapsedMs } = result;
  return [
    ...found.map((sentence) => `Not kept: ${sentence}`),
    `policy: ${JSON.stringify(schedule.policy)}`,
    ...lines,
    `${seconds(elapsedMs)}  end: ${decision.outcome} ${decision.reason ?? ''}`,
  ].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3).padStart(10);
}

function describe(value: object | undefined): string {
  return Object.values(value ?? {})
    .map((it) => (typeof it === 'object' ? JSON.stringify(it) : String(it)))
    .filter((it) => it !== '')
    .join(' ');
}
