/** What docs/behavior.md promises of every run, judged by what can be seen from outside and what the service really did. */
import type { ApiError } from '../../src/api/error.js';
import { type EndpointState, isSameObservation } from '../../src/endpoint.js';
import { isRecoverable } from '../../src/error-codes.js';
import type { ApiCall, Policy } from '../../src/run.js';

/** Timers can end late by some milliseconds, and so does what they are compared with. */
export const TOLERANCE_MS = 10;
const DOWN = ['FAILED', 'TERMINATED'];

/** A request and its result. Times count milliseconds from the start of the run. */
export interface SeenRequest {
  readonly call: ApiCall;
  readonly sentAt: number;
  /** The state in its response. */
  state?: EndpointState | undefined;
  fault?: ApiError;
  /** The service accepted this restart or wake-up, whatever its response said. */
  isAccepted: boolean;
}

/** A run of the loop or of the bundle, and what it reports at its end. */
export interface SeenRun {
  readonly policy: Policy;
  readonly requests: readonly SeenRequest[];
  readonly outcome: string;
  readonly status: string;
  readonly isRestarted: boolean;
  /** It reports that a request was accepted, or that one may have been. */
  readonly isChanged: boolean;
  /** The endpoint changes without a request of this run, too. */
  readonly isMoving: boolean;
  /** Its times are virtual; otherwise real time passes as well. */
  readonly hasExactTimes: boolean;
}

/** Sentences, and whether they hold. */
type Guarantees = Readonly<Record<string, boolean>>;

/** The sentences of all guarantees that a run breaks; `more` are those that only the caller can judge. */
export function violations(run: SeenRun, more: Guarantees = {}): string[] {
  const broken = (all: Guarantees): string[] => Object.keys(all).filter((sentence) => !all[sentence]);
  const byRequest = run.requests.map((request, index) => {
    const sentences = broken(guaranteesOfChange(request, run.requests.slice(0, index), run));
    return sentences.map((sentence) => `${seconds(request)} ${sentence}`);
  });
  return [...byRequest.flat(), ...broken({ ...guaranteesOfRun(run), ...more })];
}

/** Each restart, wake-up, and probe is judged with the requests before it. */
function guaranteesOfChange({ call, sentAt }: SeenRequest, before: readonly SeenRequest[], run: SeenRun): Guarantees {
  if (call === 'read') return {};
  const { attempts, dryRun, restartOn, timeoutMs, wait, wake } = run.policy;
  const last = before.at(-1);
  const { status = '', errorCode = '' } = (last?.call === 'read' ? last.state : undefined) ?? {};
  const isRecoverableFailure = status === 'FAILED' && isRecoverable(errorCode);
  const accepted = responded(before, call);
  const sinceAcceptedMs = sentAt - (accepted.at(-1)?.sentAt ?? Number.NEGATIVE_INFINITY);
  const deadline = wait ? timeoutMs : 120_000;
  const isCalledFor = {
    restart: restartOn.some((it) => it === status || (it === 'RECOVERABLE' && isRecoverableFailure)),
    wake: wake && status === 'SLEEPING',
    probe: wait && ['RUNNING', 'READY'].includes(status),
  };
  return {
    'A restart, wake-up, or probe is sent only right after a read that calls for it.': isCalledFor[call] && !dryRun,
    'At most `attempts` restarts and one wake-up are accepted.': accepted.length < (call === 'restart' ? attempts : 1),
    'After an accepted restart, only a recoverable failure is restarted, 30, 60, 120, or 240 s later.':
      accepted.length === 0 || (isRecoverableFailure && sinceAcceptedMs > 15_000 * 2 ** accepted.length - 1_000),
    'No restart or wake-up is sent shortly before the deadline.':
      call === 'probe' || sentAt <= deadline - Math.min(5_000, deadline / 10),
    'A FAILED or TERMINATED that the run did not find first is restarted only once a second read confirms it.':
      call !== 'restart' || isConfirmed(before, run),
    'A rejection after an ambiguous request holds it back for two minutes, if nothing has changed since.':
      sentAt >= heldUntil(call, before) - TOLERANCE_MS,
  };
}

function guaranteesOfRun(run: SeenRun): Guarantees {
  const { policy, requests, outcome, status, isRestarted, isChanged, isMoving } = run;
  const isWaiting = policy.wait && !policy.dryRun;
  const isGreen = isWaiting && ['restarted', 'woken', 'not-needed'].includes(outcome);
  const isSent = (kind: ApiCall): boolean => requests.some(({ call }) => call === kind);
  const isAccepted = requests.some((request) => request.isAccepted);
  const isUp = ['RUNNING', 'READY'].includes(status);
  const isLeftAlone = status === 'SLEEPING' ? !isSent('probe') : outcome === 'not-needed' && DOWN.includes(status);
  const isDownEnd = DOWN.includes(status) && ['failed', 'not-recoverable', 'not-needed'].includes(outcome);
  return {
    'Nothing is sent after the deadline.': (requests.at(-1)?.sentAt ?? 0) <= (isWaiting ? policy.timeoutMs : 240_000),
    'A restart is reported if its response says so, and only if one was sent and something changed the endpoint.':
      isRestarted ? isSent('restart') && (isAccepted || isMoving) : responded(requests, 'restart').length === 0,
    'Whatever the service has accepted is reported, at least as possible.': isChanged || !isAccepted,
    'The outcome says what was done.':
      (outcome !== 'restarted' || isRestarted) &&
      (outcome !== 'woken' || (!isRestarted && isSent('wake') && (isAccepted || isMoving))) &&
      (outcome !== 'not-needed' || (!isRestarted && responded(requests, 'wake').length === 0 && !(isUp && isAccepted))),
    'Failed means that the endpoint is down.': outcome !== 'failed' || DOWN.includes(status),
    'With wait, success means that the endpoint is up, or that it was left alone.': !isGreen || isUp || isLeftAlone,
    'With a probe, success means that the endpoint responded, was left alone, or sleeps and was not probed.':
      !isGreen || policy.probe === undefined || responded(requests.slice(-1), 'probe').length > 0 || isLeftAlone,
    'A FAILED or TERMINATED that the run did not find first ends it only once a second read confirms it.':
      !isDownEnd || isConfirmed(requests, run),
  };
}

function responded(requests: readonly SeenRequest[], call: ApiCall): SeenRequest[] {
  return requests.filter((it) => it.call === call && it.state !== undefined);
}

/** Whether FAILED or TERMINATED is what the run found, or stays for two reads since the last accepted request. */
function isConfirmed(requests: readonly SeenRequest[], { policy, hasExactTimes }: SeenRun): boolean {
  const { wait, dryRun, pollIntervalMs = 10_000, timeoutMs } = policy;
  if (!wait || dryRun || !hasExactTimes) return true;
  const acceptedAt = requests.findLastIndex(({ call, state }) => state && (call === 'restart' || call === 'wake'));
  const reads = responded(requests.slice(acceptedAt + 1), 'read');
  const times = reads.flatMap(({ state, sentAt }) => (state && DOWN.includes(state.status) ? [sentAt] : []));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const isFoundFirst = acceptedAt === -1 && reads[0]?.sentAt === first;
  const isFinalPoll = last > first && last >= timeoutMs - 2_000 - TOLERANCE_MS;
  return isFoundFirst || isFinalPoll || last - first >= Math.min(10_000, pollIntervalMs) - TOLERANCE_MS;
}

/** Until when a request is held back: the first rejection of a series followed an ambiguous request, and nothing changed. */
function heldUntil(call: ApiCall, before: readonly SeenRequest[]): number {
  const lastIndex = (kind: string, end: number): number =>
    before.findLastIndex((it, index) => index < end && it.call === call && it.fault?.kind === kind);
  const timeAt = (index: number): number => before[index]?.sentAt ?? Number.NEGATIVE_INFINITY;
  const rejectedAt = lastIndex('conflict', before.length);
  const ambiguousAt = lastIndex('transient', rejectedAt);
  // A series goes on for two minutes after its last rejection, or after the hold.
  const isContinued = timeAt(rejectedAt) - timeAt(lastIndex('conflict', rejectedAt)) < 240_000 + TOLERANCE_MS;
  if (ambiguousAt === -1 || isContinued) return 0;
  const since = before.slice(ambiguousAt - 1);
  const [first, ...others] = since.flatMap(({ state }) => state ?? []);
  const isOpen = responded(since, call).length === 0 && others.every((it) => first && isSameObservation(it, first));
  return isOpen ? timeAt(rejectedAt) + 120_000 : 0;
}

/** A run as a person can follow it: what is wrong, the inputs, each request with its second, and the end. */
export function transcript({ policy, requests, ...end }: SeenRun, found: readonly string[]): string {
  const lines = requests.map((request) => {
    const { call, state, fault, isAccepted } = request;
    const { status = 'no usable response', phase = '', errorCode = '', updatedAt = '' } = state ?? {};
    const response = fault?.message ?? `${status} ${phase} ${errorCode} ${updatedAt}`;
    return `${seconds(request)} ${call}: ${response}${isAccepted ? ' (accepted)' : ''}`;
  });
  const isNew = (line: string, index: number): boolean => line.slice(10) !== lines[index - 1]?.slice(10);
  return [...found, JSON.stringify(policy), ...lines.filter(isNew), JSON.stringify(end)].join('\n');
}

function seconds({ sentAt }: SeenRequest): string {
  return (sentAt / 1_000).toFixed(3).padStart(10);
}
