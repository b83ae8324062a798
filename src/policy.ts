/**
 * What a run does next: docs/behavior.md sections 4 and 5 as pure, synchronous transitions. Each takes what just
 * happened into the run's state, and gives the events to report and the command to carry out.
 */
import { ApiError } from './api/error.js';
import { backOffCeilingMs, backOffMs, pauseBeforeDeadlineMs, pollPauseMs, retryPauseMs } from './backoff.js';
import {
  accept,
  apply,
  type CallFault,
  type Change,
  countFault,
  countGoodPoll,
  endOutage,
  inferAcceptance,
  joined,
  observe,
  type Reading,
  see,
  unchanged,
  withEvent,
} from './changes.js';
import { conditionOf, type EndpointState, isCovered, isListed, type Status } from './endpoint.js';
import { isRecoverable } from './error-codes.js';
import type { ChangeRequest, Outcome, PauseReason, PlannedStep, Policy, RunEventBody } from './run.js';
import {
  type Call,
  deadlineOf,
  type End,
  giveUpAt,
  hasProgressed,
  isWaiting,
  isWoken,
  lastRequestAt,
  type Moment,
  type Outage,
  openAmbiguity,
  type RunState,
  restartCount,
  type SentRequest,
  staleFor,
} from './state.js';

/** The total time of one request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Once the API has answered, this many permanent faults in a row, over this long, end the run. */
const PERMANENT_FAULT_THRESHOLD = 3;
const PERMANENT_FAULT_SPAN_MS = 30_000;
/** Trouble is reported at its second fault, or once it lasts longer. */
const REPORTED_FAULT_COUNT = 2;
const REPORTED_OUTAGE_MS = 5_000;
/** How long rejected requests (400, 409, 423) are repeated, counted from the first one. */
const MAX_REJECTION_MS = 120_000;
/** How long nothing is requested after a rejection that follows an ambiguous request. */
const REJECTED_AFTER_AMBIGUITY_MS = 120_000;
/** How long READY is given to become RUNNING after a restart or wake-up. */
const MAX_READY_MS = 120_000;

export type Command =
  | { readonly type: 'read' | ChangeRequest; readonly timeoutMs: number }
  | { readonly type: 'pause'; readonly forMs: number }
  | ({ readonly type: 'end' } & End);

export interface Step {
  readonly run: RunState;
  readonly events: readonly RunEventBody[];
  readonly command: Command;
}

/** The answer to a request, or why there is none, and when the request was sent. */
export interface Reply {
  readonly sentAt: number;
  readonly result: EndpointState | ApiError;
}

/** The name of the rule, below, that decides what follows from a status. */
type Rule = keyof typeof RULES;

/** The table of docs/behavior.md section 4. */
const TABLE: Readonly<Record<Status, { readonly withoutWait: Rule; readonly withWait: Rule }>> = {
  FAILED: { withoutWait: 'down', withWait: 'down' },
  TERMINATED: { withoutWait: 'down', withWait: 'down' },
  RUNNING: { withoutWait: 'healthy', withWait: 'running' },
  SLEEPING: { withoutWait: 'asleep', withWait: 'asleep' },
  READY: { withoutWait: 'healthy', withWait: 'ready' },
  INITIALIZING: { withoutWait: 'healthy', withWait: 'progressing' },
  AWAKING: { withoutWait: 'healthy', withWait: 'progressing' },
  UPDATING: { withoutWait: 'healthy', withWait: 'progressing' },
  STOPPING: { withoutWait: 'stopping', withWait: 'progressing' },
  TERMINATING: { withoutWait: 'stopping', withWait: 'progressing' },
  UNKNOWN: { withoutWait: 'unknown', withWait: 'progressing' },
};

/** What a rule decides: a request, an end, or another poll, either after the usual pause or at a given time. */
type Verdict =
  | { readonly type: ChangeRequest }
  | { readonly type: 'poll'; readonly why?: PauseReason; readonly at?: number }
  | ({ readonly type: 'end' } & End);

const RULES = {
  down,
  asleep,
  running: (run: RunState, { sentAt }: Reading): Verdict =>
    hasLasted(run.runningSince, sentAt, run.policy.stableForMs) ? healthy(run) : { type: 'poll' },
  ready: (run: RunState, { sentAt }: Reading): Verdict =>
    run.accepted.length === 0 || hasLasted(run.readySince, sentAt, MAX_READY_MS + run.policy.stableForMs)
      ? healthy(run)
      : { type: 'poll' },
  healthy,
  progressing: (): Verdict => ({ type: 'poll' }),
  stopping: (): Verdict => ({ type: 'end', outcome: 'error', reason: 'stopping' }),
  unknown: (): Verdict => ({ type: 'end', outcome: 'error', reason: 'unknown-status' }),
} as const;

function down(run: RunState, { state, sentAt }: Reading, { now }: Moment): Verdict {
  const { policy, confirming } = run;
  const restarts = restartCount(run);
  const isInScope = isCovered(state, policy.restartOn);
  if (restarts === 0 && isInScope) return { type: 'restart' };
  if (run.accepted.length === 0) return { type: 'end', outcome: outcomeOfLeavingAlone(state, policy) };
  const confirmAt = confirming?.readyAt ?? sentAt;
  if (sentAt < confirmAt) return { type: 'poll', why: 'confirm', at: confirmAt };
  // Whoever terminated the endpoint after a restart wants it terminated.
  const isCurable = state.status === 'FAILED' && isRecoverable(state.errorCode) && isInScope;
  if (!isCurable || restarts >= policy.attempts) return { type: 'end', outcome: 'failed' };
  const retryAt = run.retryAt ?? now + retryPauseMs(restarts);
  return now < retryAt ? { type: 'poll', why: 'retry', at: retryAt } : { type: 'restart' };
}

/** Still asleep after its wake-up, the endpoint has not come up; asleep again after that, it is healthy. */
function asleep(run: RunState): Verdict {
  if (run.policy.wake && !isWoken(run)) return { type: 'wake' };
  return run.accepted.at(-1)?.kind === 'wake' && !hasProgressed(run) ? { type: 'poll' } : healthy(run);
}

function outcomeOfLeavingAlone({ status }: EndpointState, { restartOn }: Policy): Outcome {
  return status === 'FAILED' && restartOn.includes('RECOVERABLE') ? 'not-recoverable' : 'not-needed';
}

function healthy(run: RunState): Verdict {
  const outcome = restartCount(run) > 0 ? 'restarted' : isWoken(run) ? 'woken' : 'not-needed';
  return { type: 'end', outcome };
}

function hasLasted(since: number | undefined, now: number, forMs: number): boolean {
  return since !== undefined && now - since >= forMs;
}

/** The first command of a run. */
export function start(policy: Policy, moment: Moment): Step {
  const run: RunState = {
    policy,
    startedAt: moment.now,
    outages: {},
    accepted: [],
    slowdown: { level: 0, goodPolls: 0 },
  };
  return afterPause(run, moment);
}

/** A pause has passed: the status is read, unless the time is over. */
export function afterPause(run: RunState, moment: Moment): Step {
  const isOver = moment.now >= giveUpAt(run);
  const timeoutMs = requestTimeoutMs(run, moment);
  return step(unchanged(run), isOver ? outOfTime(run, moment) : { type: 'read', timeoutMs }, moment);
}

/** A read is over. */
export function afterRead(run: RunState, { sentAt, result }: Reply, moment: Moment): Step {
  if (result instanceof ApiError) return afterFault(run, { call: 'read', sentAt, fault: result }, moment);
  const reading = { state: result, sentAt };
  const answered = apply(run, [(it) => endOutage(it, 'read', moment), countGoodPoll]);

  const request = staleFor(answered.run, result, sentAt);
  if (request !== undefined) {
    const ignored = { run: { ...answered.run, runningSince: undefined }, events: [] };
    return act(joined(answered, withEvent(ignored, { type: 'stale-read', request })), POLL_STALE, moment);
  }
  const seen = apply(answered.run, [
    (it) => inferAcceptance(it, reading),
    (it) => observe(it, reading, moment),
  ]);
  return act(joined(answered, seen), decide(seen.run, reading, moment), moment);
}

const POLL_STALE: Verdict = { type: 'poll', why: 'stale' };

/** A restart or wake-up is over. */
export function afterRequest(
  run: RunState,
  { kind, sentAt, result }: Reply & { readonly kind: ChangeRequest },
  moment: Moment,
): Step {
  if (run.last === undefined) throw new Error('A restart or wake-up follows a read.');
  const sent = { kind, sentAt, before: run.last };
  if (result instanceof ApiError) {
    const fault = { call: kind, sentAt, fault: result };
    if (result.kind === 'rejected') return afterRejection({ ...run, sent }, sent, result, moment);
    return afterFault({ ...run, sent, ...(isAmbiguous(result) && { ambiguous: sent }) }, fault, moment);
  }
  const isFromBefore = ['down', 'asleep'].includes(conditionOf(result.status));
  const accepted = apply({ ...run, sent }, [
    (it) => endOutage(it, kind, moment),
    (it) => accept(it, { ...sent, answered: isFromBefore ? result : undefined }, { isInferred: false }),
    (it) => see(it, result),
  ]);
  return act(accepted, isWaiting(run) ? { type: 'poll' } : healthy(accepted.run), moment);
}

/** The end of a run that was canceled while events were reported. */
export function afterCancel(run: RunState): Step {
  return { run, events: [], command: { type: 'end', outcome: 'cancelled' } };
}

/** Reads the table for a fresh state. */
function decide(run: RunState, reading: Reading, moment: Moment): Verdict {
  const { wait, dryRun } = run.policy;
  if (!isWaiting(run) && openAmbiguity(run) !== undefined) return { type: 'poll' };
  const { status } = reading.state;
  const row = TABLE[isListed(status) ? status : 'UNKNOWN'];
  const verdict = RULES[wait ? row.withWait : row.withoutWait](run, reading, moment);
  return dryRun ? { type: 'end', outcome: 'dry-run', planned: planned(verdict) } : verdict;
}

function planned(verdict: Verdict): PlannedStep {
  if (verdict.type === 'end') return { type: 'end', outcome: verdict.outcome, reason: verdict.reason };
  return { type: verdict.type === 'poll' ? 'wait' : verdict.type };
}

/** Turns a verdict into a command, as far as the time left allows. */
function act(change: Change, verdict: Verdict, moment: Moment): Step {
  const { run } = change;
  switch (verdict.type) {
    case 'end':
      return step(change, verdict, moment);
    case 'poll':
      return pause(verdict.why === 'retry' ? scheduleRetry(change, verdict.at, moment) : change, {
        pauseMs: verdict.at === undefined ? pollPause(run) : verdict.at - moment.now,
        why: verdict.why ?? 'poll',
        moment,
      });
    default:
      if (isRejectedForLong(run, verdict.type, moment) && run.ambiguous?.rejected === undefined) {
        return step(change, notAccepted(run, verdict.type), moment);
      }
      if (moment.now >= lastRequestAt(run)) return act(change, { type: 'poll', why: 'deadline' }, moment);
      if (isSilenced(run, moment)) return act(change, POLL_STALE, moment);
      return step(change, { type: verdict.type, timeoutMs: requestTimeoutMs(run, moment) }, moment);
  }
}

function scheduleRetry({ run, events }: Change, retryAt: number | undefined, { now }: Moment): Change {
  if (run.retryAt !== undefined || retryAt === undefined) return { run, events };
  const event = { type: 'retry-scheduled', attempt: restartCount(run) + 1, inMs: retryAt - now } as const;
  return { run: { ...run, retryAt }, events: [...events, event] };
}

/** A request that was rejected after an ambiguous one says that the ambiguous one was probably accepted. */
function isSilenced({ ambiguous }: RunState, { now }: Moment): boolean {
  const rejectedAt = ambiguous?.rejected?.sentAt;
  return rejectedAt !== undefined && now - rejectedAt < REJECTED_AFTER_AMBIGUITY_MS;
}

/** The API rejected a restart or wake-up (400, 409, 423), which is an answer: the request had no effect. */
function afterRejection(run: RunState, sent: SentRequest, fault: ApiError, moment: Moment): Step {
  const { ambiguous } = run;
  const rejections = run.rejections?.kind === sent.kind ? run.rejections : undefined;
  const count = (rejections?.count ?? 0) + 1;
  const since = rejections?.since ?? sent.sentAt;
  const isAfterAmbiguity = ambiguous?.kind === sent.kind;
  const rejected: RunState = {
    ...run,
    rejections: { kind: sent.kind, since, count, fault },
    ...(isAfterAmbiguity && { ambiguous: { ...ambiguous, rejected: sent } }),
  };
  const change = apply(rejected, [
    (it) => endOutage(it, sent.kind, moment),
    (it) => withEvent(unchanged(it), { type: 'rejected', request: sent.kind, fault }),
  ]);

  const until = Math.min(
    since + MAX_REJECTION_MS,
    isWaiting(run) ? Number.POSITIVE_INFINITY : lastRequestAt(run),
  );
  const leftMs = Math.max(0, until - moment.now);
  const backOff =
    fault.retryAfterMs === undefined
      ? pauseBeforeDeadlineMs({ pauseMs: backOffCeilingMs(count), leftMs })
      : backOffMs({ faults: count, random: 1, retryAfterMs: fault.retryAfterMs });
  if (isRejectedForLong(change.run, sent.kind, moment)) {
    return step(change, notAccepted(rejected, sent.kind), moment);
  }
  return pause(change, { pauseMs: isAfterAmbiguity ? pollPause(rejected) : backOff, why: 'fault', moment });
}

/** Whether the API has rejected a request for too long, and rejected the last one: other faults have limits of their own. */
function isRejectedForLong({ rejections, outages }: RunState, kind: ChangeRequest, { now }: Moment): boolean {
  if (rejections?.kind !== kind || outages[kind] !== undefined) return false;
  return now - rejections.since >= MAX_REJECTION_MS;
}

function notAccepted({ rejections }: RunState, faultCall: ChangeRequest): Command {
  return { type: 'end', outcome: 'error', reason: 'not-accepted', fault: rejections?.fault, faultCall };
}

/** A call failed, transiently or permanently. */
function afterFault(run: RunState, { call, sentAt, fault }: CallFault, moment: Moment): Step {
  if (moment.isCancelled) return afterCancel(run);
  const isCutShort = fault.source === 'timeout' && sentAt + REQUEST_TIMEOUT_MS > giveUpAt(run);
  const isBrief = moment.now - sentAt <= REPORTED_OUTAGE_MS;
  if (isCutShort && isBrief && run.outages[call] === undefined && run.last !== undefined) {
    return afterPause(run, moment);
  }
  const { run: failing, outage } = countFault(run, { call, sentAt, fault, isCutShort });
  const noted = withEvent(unchanged(failing), { type: 'fault', call, fault });
  if (isBelieved(run, outage, sentAt)) {
    return step(noted, { type: 'end', outcome: 'error', reason: 'refused', fault, faultCall: call }, moment);
  }

  const { random } = moment;
  const backOff = backOffMs({ faults: outage.faults, random, retryAfterMs: fault.retryAfterMs });
  const pauseMs = Math.max(backOff, fault.kind === 'rate-limited' ? pollPause(failing) : 0);
  const lastsMs = moment.now + pauseMs - outage.since;
  const isTrouble = outage.faults >= REPORTED_FAULT_COUNT || lastsMs > REPORTED_OUTAGE_MS;
  const isReported = outage.isReported || (isTrouble && moment.now < giveUpAt(run));
  const reported = { ...failing, outages: { ...failing.outages, [call]: { ...outage, isReported } } };
  const events: RunEventBody[] = isReported && !outage.isReported ? [{ type: 'outage', call, fault }] : [];
  return pause({ run: reported, events: [...noted.events, ...events] }, { pauseMs, why: 'fault', moment });
}

/** Whether a failed request can have been accepted all the same: no answer, a 5xx, or a 2xx without a status object. */
function isAmbiguous({ kind, httpStatus }: ApiError): boolean {
  return kind === 'transient' && (httpStatus === undefined || httpStatus >= 500 || httpStatus < 300);
}

/** Before the first good answer one permanent fault ends the run. */
function isBelieved(run: RunState, { permanent }: Outage, sentAt: number): boolean {
  if (permanent === undefined) return false;
  if (run.first === undefined) return true;
  return permanent.count >= PERMANENT_FAULT_THRESHOLD && sentAt - permanent.since >= PERMANENT_FAULT_SPAN_MS;
}

/** The time is over, with what kept the run from its goal. */
function outOfTime(run: RunState, { now }: Moment): Command {
  const { outages, last, rejections } = run;
  const condition = conditionOf(last?.status);
  const pending = condition === 'down' ? 'restart' : condition === 'asleep' ? 'wake' : undefined;
  const faultCall: Call | undefined = outages.read === undefined ? pending : 'read';
  const rejected = rejections?.kind === faultCall ? rejections : undefined;
  const failing = faultCall && (outages[faultCall] ?? rejected);
  const end = { type: 'end', fault: failing?.fault, faultCall: failing && faultCall } as const;
  if (isWaiting(run) && now >= deadlineOf(run)) return { ...end, outcome: 'timed-out' };
  const isUnreachable = outages.read !== undefined || last === undefined;
  const pendingReason = openAmbiguity(run) === undefined ? 'not-accepted' : 'ambiguous';
  return { ...end, outcome: 'error', reason: isUnreachable ? 'unreachable' : pendingReason };
}

function pollPause({ policy, last, slowdown }: RunState): number {
  return pollPauseMs(last, { pollIntervalMs: policy.pollIntervalMs, slowdowns: slowdown.level });
}

function requestTimeoutMs(run: RunState, { now }: Moment): number {
  return Math.min(REQUEST_TIMEOUT_MS, giveUpAt(run) - now);
}

function pause(
  change: Change,
  { pauseMs, why, moment }: { pauseMs: number; why: PauseReason; moment: Moment },
): Step {
  const leftMs = Math.max(0, giveUpAt(change.run) - moment.now);
  const forMs = pauseBeforeDeadlineMs({ pauseMs: Math.max(0, pauseMs), leftMs });
  return step(withEvent(change, { type: 'paused', forMs, why }), { type: 'pause', forMs }, moment);
}

/** A cancel goes before every other command. */
function step({ run, events }: Change, command: Command, { isCancelled }: Moment): Step {
  return { run, events, command: isCancelled ? { type: 'end', outcome: 'cancelled' } : command };
}
