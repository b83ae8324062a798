/**
 * What a run does next: docs/behavior.md sections 4 and 5 as pure, synchronous transitions. Each takes what just
 * happened into the state of the run, and returns that and the command to carry out.
 */
import { ApiError } from './api/error.js';
import { backoffMs, MAX_BACKOFF_MS, nextAttemptPauseMs, pauseBeforeDeadlineMs, pollPauseMs } from './backoff.js';
import { accept, type FailedCall, inferAcceptance, recordFault, recordObservation, withoutOutages } from './changes.js';
import type { Condition, EndpointState, Status } from './endpoint.js';
import { conditionOf, isKnownStatus, matchesRestartOn } from './endpoint.js';
import { isRecoverable } from './error-codes.js';
import type { ApiCall, ControlRequest, EndDecision, ErrorReason, PauseReason, PlannedStep, Policy } from './run.js';
import type { Command, Context, Observation, Outage, RunState, SentRequest, Step } from './state.js';
import {
  deadlineOf,
  effectiveDeadline,
  hasProgressed,
  hasWokenEndpoint,
  heldUntil,
  isConfirmed,
  isStale,
  isWaiting,
  openAmbiguity,
  requestCutoff,
  restartCount,
} from './state.js';

/** The time limit of one request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Once a status has been read, this many permanent faults in a row, over this long, end the run. */
const MAX_PERMANENT_FAULTS = 3;
const PERMANENT_FAULT_SPAN_MS = 30_000;
/** An outage is reported at its second fault, or once it lasts longer. */
const REPORTED_FAULT_COUNT = 2;
const REPORTED_OUTAGE_MS = 5_000;
/** A rejection (400, 409, 423) this long after the row began ends the run. */
const MAX_REJECTION_MS = 120_000;
/** How long READY is given to become RUNNING. */
const MAX_READY_MS = 120_000;

/** What came of a request, and when it was sent; `undefined` if the endpoint responded to the probe. */
export interface CallResult {
  readonly call: ApiCall;
  readonly sentAt: number;
  readonly result: EndpointState | ApiError | undefined;
}

/** What a rule decides: a request, an end, or another poll, either after the usual pause or at a given time. */
type Decision =
  | { readonly type: ControlRequest | 'probe' }
  | { readonly type: 'poll'; readonly why?: PauseReason; readonly at?: number | undefined }
  | ({ readonly type: 'end' } & EndDecision);

type Rule = (run: RunState, observation: Observation, context: Context) => Decision;

const POLL: Decision = { type: 'poll' };
const keepPolling: Rule = () => POLL;
const whenStopping: Rule = () => fail('stopping');
const whenUnknown: Rule = () => fail('unknown-status');

const whenDown: Rule = (run, { state, sentAt }, { now }) => {
  const { policy, accepted } = run;
  if (!isConfirmed(run, sentAt)) return { type: 'poll', why: 'confirm', at: run.down?.confirmableAt };
  const restarts = restartCount(run);
  const isInScope = matchesRestartOn(state, policy.restartOn);
  if (restarts === 0 && isInScope) return { type: 'restart' };
  if (accepted.length === 0) {
    const isHopeless = state.status === 'FAILED' && policy.restartOn.includes('RECOVERABLE');
    return { type: 'end', outcome: isHopeless ? 'not-recoverable' : 'not-needed' };
  }
  // An endpoint that is terminated after a restart is meant to stay terminated.
  const isFixable = run.down?.wasTerminated !== true && isRecoverable(state.errorCode) && isInScope;
  if (!isFixable || restarts >= policy.attempts) return { type: 'end', outcome: 'failed' };
  const at = run.nextAttemptAt ?? now + nextAttemptPauseMs(restarts);
  return now < at ? { type: 'poll', why: 'next-attempt', at } : { type: 'restart' };
};

/** If it is still asleep after the wake-up, it hasn’t come up yet. If it came up and fell asleep again, it is healthy. */
const whenAsleep: Rule = (run) => {
  const failure = failureOf(run, 'probe');
  if (failure !== undefined) return fail('asleep-unresponsive', failure);
  if (run.policy.wake && !hasWokenEndpoint(run)) return { type: 'wake' };
  return run.accepted.at(-1)?.kind === 'wake' && !hasProgressed(run) ? POLL : whenHealthy(run);
};

/** RUNNING has to last, and with a probe the endpoint also has to respond. */
const whenRunning: Rule = (run, { sentAt }) => {
  if (sentAt - run.steadySince < run.policy.stableForMs) return POLL;
  return run.policy.probe === undefined ? whenHealthy(run) : { type: 'probe' };
};

/** Found first, READY is as good as RUNNING; a run that has changed or probes the endpoint gives it time. */
const whenReady: Rule = (run, observation, context) => {
  const { policy, accepted } = run;
  if (accepted.length === 0 && policy.probe === undefined) return whenHealthy(run);
  const isLate = observation.sentAt - run.statusSince >= MAX_READY_MS + policy.stableForMs;
  return isLate ? whenRunning(run, observation, context) : POLL;
};

function whenHealthy(run: RunState): Decision & { type: 'end' } {
  const outcome = restartCount(run) > 0 ? 'restarted' : hasWokenEndpoint(run) ? 'woken' : 'not-needed';
  return { type: 'end', outcome };
}

function fail(reason: ErrorReason, failure?: EndDecision['failure']): Command & Decision {
  return { type: 'end', outcome: 'error', reason, failure };
}

/** The table of docs/behavior.md section 4; an unlisted status is treated as UNKNOWN. */
const TABLE: Readonly<Record<Status, { readonly withoutWait: Rule; readonly withWait: Rule }>> = {
  FAILED: { withoutWait: whenDown, withWait: whenDown },
  TERMINATED: { withoutWait: whenDown, withWait: whenDown },
  RUNNING: { withoutWait: whenHealthy, withWait: whenRunning },
  SLEEPING: { withoutWait: whenAsleep, withWait: whenAsleep },
  READY: { withoutWait: whenHealthy, withWait: whenReady },
  INITIALIZING: { withoutWait: whenHealthy, withWait: keepPolling },
  AWAKING: { withoutWait: whenHealthy, withWait: keepPolling },
  UPDATING: { withoutWait: whenHealthy, withWait: keepPolling },
  STOPPING: { withoutWait: whenStopping, withWait: keepPolling },
  TERMINATING: { withoutWait: whenStopping, withWait: keepPolling },
  UNKNOWN: { withoutWait: whenUnknown, withWait: keepPolling },
};

/** The first step of a run. */
export function start(policy: Policy, context: Context): Step {
  const { now: startedAt } = context;
  const run = {
    policy,
    startedAt,
    lastSince: startedAt,
    statusSince: startedAt,
    steadySince: startedAt,
    hasReadOtherStatus: false,
    progressedAt: Number.NEGATIVE_INFINITY,
    accepted: [],
    outages: {},
  };
  return afterPause(run, context);
}

/** A pause has passed: the status is read, unless the time is over. */
export function afterPause(run: RunState, context: Context): Step {
  const isOver = context.now >= effectiveDeadline(run);
  return { run, command: isOver ? deadlineExceeded(run, context) : request('read', run, context) };
}

/** A request is over. */
export function afterCall(run: RunState, { call, sentAt, result }: CallResult, context: Context): Step {
  const { last } = run;
  const isChange = last !== undefined && (call === 'restart' || call === 'wake');
  const sent = isChange ? { kind: call, sentAt, stateBefore: last } : undefined;
  if (result instanceof ApiError) return afterFault(run, { call, sentAt, fault: result, sent }, context);
  if (result === undefined) return afterResponse(run, context);
  return sent === undefined
    ? afterRead(run, { state: result, sentAt }, context)
    : afterAcceptance(run, sent, result, context);
}

function afterRead(run: RunState, observation: Observation, context: Context): Step {
  const readable = { ...withoutOutages(run, 'read'), staleAt: observation.sentAt };
  if (isStale(run, observation)) return follow(readable, { type: 'poll', why: 'stale' }, context);
  const observed = recordObservation(inferAcceptance(run, observation.state), observation);
  return follow(observed, decide(observed, observation, context), context);
}

function afterAcceptance(run: RunState, sent: SentRequest, state: EndpointState, context: Context): Step {
  const oldState = ['down', 'asleep'].includes(conditionOf(state.status)) ? state : undefined;
  const accepted = { ...accept(run, { ...sent, oldState }), last: state, lastSince: sent.sentAt };
  return follow(accepted, isWaiting(run) ? POLL : whenHealthy(accepted), context);
}

/** The endpoint responded to the probe. */
function afterResponse(run: RunState, context: Context): Step {
  const responded = { ...withoutOutages(run, 'probe'), respondedAt: context.now };
  return follow(responded, whenHealthy(responded), context);
}

/** Looks up the rule for a state that is not stale. */
function decide(run: RunState, observation: Observation, context: Context): Decision {
  const { wait, dryRun } = run.policy;
  if (!isWaiting(run) && openAmbiguity(run) !== undefined) return POLL;
  const { status } = observation.state;
  const row = TABLE[isKnownStatus(status) ? status : 'UNKNOWN'];
  const decision = (wait ? row.withWait : row.withoutWait)(run, observation, context);
  return dryRun ? { type: 'end', outcome: 'dry-run', planned: plannedStep(decision) } : decision;
}

function plannedStep(decision: Decision): PlannedStep {
  if (decision.type === 'end') return { type: 'end', outcome: decision.outcome };
  return { type: decision.type === 'poll' ? 'wait' : decision.type };
}

/** Turns a decision into a command, as far as the time left and earlier rejections allow. */
function follow(run: RunState, decision: Decision, context: Context): Step {
  const { now } = context;
  switch (decision.type) {
    case 'end':
      return { run, command: decision };
    case 'poll': {
      const { why = 'poll', at = now + pollPause(run) } = decision;
      const scheduled = why === 'next-attempt' ? { ...run, nextAttemptAt: at } : run;
      return pause(scheduled, at - now, why, context);
    }
    case 'probe':
      return { run, command: request('probe', run, context) };
    default:
      if (now >= requestCutoff(run)) return follow(run, { type: 'poll', why: 'deadline' }, context);
      if (now < heldUntil(run, decision.type)) return follow(run, { type: 'poll', why: 'held-back' }, context);
      return { run, command: request(decision.type, run, context) };
  }
}

function request(type: ApiCall, run: RunState, { now }: Context): Command {
  return { type, timeoutMs: Math.min(REQUEST_TIMEOUT_MS, effectiveDeadline(run) - now) };
}

/** A call failed, whatever the reason (section 5). */
function afterFault(run: RunState, failed: Omit<FailedCall, 'isCutShort'>, context: Context): Step {
  const { call, sentAt, fault } = failed;
  const { now, random } = context;
  const deadline = effectiveDeadline(run);
  const isCutShort = fault.source === 'timeout' && sentAt + REQUEST_TIMEOUT_MS > deadline;
  const recorded = recordFault(run, { ...failed, isCutShort });
  const { outage } = recorded;
  // Nothing that the API did wrong: the run was canceled, or its last moments were too short for a response.
  const isTooShort = isCutShort && now - sentAt <= REPORTED_OUTAGE_MS && outage.faults === 1 && run.last !== undefined;
  if (fault.source === 'aborted' || isTooShort) return afterPause(recorded.run, context);

  const failing = (isReported = outage.isReported): RunState => ({
    ...recorded.run,
    outages: { ...run.outages, [call]: { ...outage, isReported } },
  });
  const reason = exceededLimit(run, outage, sentAt);
  if (reason !== undefined) return { run: failing(), command: fail(reason, { call, fault }) };

  const maxMs = call === 'probe' ? pollPause(run) : MAX_BACKOFF_MS;
  const backoff = backoffMs({ faults: outage.faults, random, maxMs, retryAfterMs: fault.retryAfterMs });
  const pauseMs = Math.max(backoff, fault.kind === 'rate-limited' ? pollPause(run) : 0);
  const outageMs = now + pauseMs - outage.since;
  const isReportable = outage.faults >= REPORTED_FAULT_COUNT || outageMs > REPORTED_OUTAGE_MS;
  const isReported = outage.isReported || (isReportable && now < deadline);
  return pause(failing(isReported), pauseMs, 'fault', context);
}

/** Why the run ends with the last fault of a call; absent if it goes on. Until a status has been read, one permanent fault is enough. */
function exceededLimit(run: RunState, outage: Outage, sentAt: number): ErrorReason | undefined {
  const { permanent, rejections } = outage;
  if (permanent !== undefined) {
    const lastsLong = sentAt - permanent.since >= PERMANENT_FAULT_SPAN_MS;
    const isEnough = run.first === undefined || (permanent.count >= MAX_PERMANENT_FAULTS && lastsLong);
    return isEnough ? 'permanent-fault' : undefined;
  }
  const isRejected = rejections?.lastAt === sentAt && sentAt - rejections.since >= MAX_REJECTION_MS;
  return isRejected ? 'not-accepted' : undefined;
}

/** The call that would bring the run closer to its goal. */
const NEXT_CALL: Readonly<Partial<Record<Condition, ApiCall>>> = { down: 'restart', asleep: 'wake', up: 'probe' };

/** Ends the run at its deadline, with the fault that kept it from its goal. */
function deadlineExceeded(run: RunState, { now }: Context): Command {
  const next = NEXT_CALL[conditionOf(run.last?.status)];
  const failure = failureOf(run, 'read') ?? (next && failureOf(run, next));
  if (isWaiting(run) && now >= deadlineOf(run)) return { type: 'end', outcome: 'timed-out', failure };
  const pendingReason = openAmbiguity(run) === undefined ? 'not-accepted' : 'ambiguous';
  const isUnreadable = run.outages.read !== undefined || run.last === undefined;
  return fail(isUnreadable ? 'unreadable' : pendingReason, failure);
}

function failureOf({ outages }: RunState, call: ApiCall): EndDecision['failure'] {
  const outage = outages[call];
  return outage && { call, fault: outage.fault };
}

function pollPause({ policy, last }: RunState): number {
  return policy.pollIntervalMs ?? pollPauseMs(last);
}

function pause(run: RunState, pauseMs: number, why: PauseReason, { now }: Context): Step {
  const leftMs = Math.max(0, effectiveDeadline(run) - now);
  const forMs = pauseBeforeDeadlineMs({ pauseMs: Math.max(0, pauseMs), leftMs });
  return { run, command: { type: 'pause', forMs, why } };
}
