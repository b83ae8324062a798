/** What happened and what to do next: one text per end, the same for annotation, `message` output, log, and summary. */
import { conditionOf, type EndpointState, isSameObservation } from '../endpoint.js';
import { CONTACT_SUPPORT, errorCodeInfo, isRecoverable } from '../error-codes.js';
import { type ErrorReason, isSuccess, type Outcome } from '../run.js';
import { hasProgressed, hasWokenEndpoint, type RunResult, type RunState, restartCount } from '../state.js';
import { CHECK_ENDPOINT, FRIENDLI_SUITE_LINK, faultAdvice } from './advice.js';
import { formatDuration } from './duration.js';
import { capitalize, describeFault, describeState, REQUEST_NAMES, withErrorCode } from './labels.js';

/** How the action ends, for the report. */
export type RunEnd =
  | { readonly type: 'completed'; readonly result: RunResult }
  | { readonly type: 'invalid-input'; readonly issues: readonly string[] }
  /** `message` is sanitized. */
  | { readonly type: 'crashed'; readonly message: string; readonly elapsedMs: number };

/** What the report itself knows about a run: `wasReached` if any HTTP response has arrived. */
type Known = { readonly endpointId: string; readonly wasReached: boolean };

export interface Message {
  readonly outcome: Outcome;
  /** How it is printed: a plain success and a canceled run have no annotation. */
  readonly level: 'info' | 'notice' | 'error';
  readonly title: string;
  /** What happened, in whole sentences. It can contain untrusted text. */
  readonly text: string;
  /** What to do next, in whole sentences of our own; empty if there is nothing to do. */
  readonly nextStep: string;
}

type Text = readonly [title: string, text: string, nextStep?: string];

export function composeMessage(end: RunEnd, known: Known): Message {
  if (end.type !== 'completed') {
    const [title, text, nextStep = ''] = notCompleted(end);
    return { outcome: 'error', level: 'error', title, text, nextStep };
  }
  const facts = factsOf(end.result, known);
  const { outcome, reason } = end.result.decision;
  const [title, text, nextStep = ''] = (TEXTS[reason ?? outcome] ?? requestFailed)(facts);
  return { outcome, level: levelOf(facts), title, text: sentences(text, ambiguityNote(facts)), nextStep };
}

/** In one line, for the `message` output and the log. */
export function toSingleLine({ text, nextStep }: Message): string {
  return `${text} ${nextStep}`.trim().replaceAll('\n', ' ');
}

function notCompleted(end: Exclude<RunEnd, { type: 'completed' }>): Text {
  if (end.type === 'invalid-input') {
    const title = end.issues.length === 1 ? 'Invalid input' : `${end.issues.length} invalid inputs`;
    const text = [...end.issues, 'No request was sent.'].join('\n');
    return [title, text, 'Correct the inputs of this step in the workflow.'];
  }
  return [
    'Internal error in the action',
    `This is a bug in the action, not a problem with the endpoint: ${end.message}`,
    `${CHECK_ENDPOINT}, and report this error to the action’s authors, with the log.`,
  ];
}

/** What the texts are made of. */
function factsOf(result: RunResult, known: Known) {
  const { policy, first, lastRead, accepted, startedAt, statusSince } = result.run;
  const last = policy.wait ? lastSeen(result.run) : result.run.last;
  const { failure } = result.decision;
  const [cause, nextStep] = failure
    ? faultAdvice({ ...failure, wasReached: known.wasReached, hasStatus: first !== undefined })
    : ['', `${CHECK_ENDPOINT}, then re-run the job`];
  const condition = conditionOf(last?.status);
  const hasChanged = statusSince > (first?.sentAt ?? startedAt);
  const isObserved = hasChanged || policy.stableForMs > 0 || policy.probe !== undefined;
  return {
    ...result,
    ...known,
    failure,
    condition,
    endpoint: `Endpoint ${known.endpointId}`,
    last: last ?? { status: 'unknown', phase: '', errorCode: '', updatedAt: '' },
    lastReadAt: lastRead?.sentAt ?? startedAt,
    hasChanged,
    /** Whether a run that had nothing to restart waited for an endpoint that is now up. */
    hasFollowed: policy.wait && condition === 'up' && isObserved,
    isUpWithErrorCode: condition === 'up' && last?.errorCode !== '',
    limit: formatDuration(policy.timeoutMs),
    restarts: restartCount(result.run),
    /** The last accepted request. */
    request: REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart'],
    probe: `the ${policy.probe} probe`,
    likelyCause: cause && `Likely cause: ${cause}.`,
    fix: `${nextStep}.`,
    sinceStart: (at: number): string => formatDuration(at - startedAt),
    untilEnd: (at: number): string => formatDuration(startedAt + result.elapsedMs - at),
  };
}
type Facts = ReturnType<typeof factsOf>;

function levelOf({ decision: { outcome }, hasFollowed, isUpWithErrorCode }: Facts): Message['level'] {
  if (outcome === 'cancelled') return 'info';
  if (!isSuccess(outcome)) return 'error';
  const isPlain = outcome === 'not-needed' ? hasFollowed : outcome !== 'dry-run';
  return isPlain && !isUpWithErrorCode ? 'info' : 'notice';
}

/** By outcome, and for an error by its reason; any other one is about a request that failed. */
const TEXTS: Readonly<Partial<Record<Outcome | ErrorReason, (facts: Facts) => Text>>> = {
  restarted: reached,
  woken: reached,
  'not-needed': notNeeded,
  'dry-run': dryRun,
  'not-recoverable': ({ run, endpoint, last }) => [
    `Not restarted: ${last.errorCode}`,
    `${endpoint} is ${last.status}${withErrorCode(last)}. No ${run.ambiguous ? 'other ' : ''}restart was sent, because a restart cannot fix this and restart-on lists RECOVERABLE but not FAILED.`,
    `${errorCodeInfo(last.errorCode).nextStep}.`,
  ],
  failed,
  'timed-out': timedOut,
  cancelled: ({ run, endpoint, condition }) => [
    'The run was canceled',
    sentences(`${endpoint} is no longer being monitored.`, lastKnown(run), aftermath(run)),
    `Re-run the job to ${condition === 'starting' || isEffectPending(run) ? 'keep waiting' : 'try again'}.`,
  ],
  stopping: cannotRestart,
  'unknown-status': cannotRestart,
  ambiguous: ({ run: { ambiguous }, endpoint, last }) => {
    const kind = ambiguous?.kind ?? 'restart';
    return [
      `${capitalize(REQUEST_NAMES[kind])} not confirmed`,
      `${endpoint} is ${describeState(last)}.`,
      `${CHECK_ENDPOINT} before you ${kind} it again, or set wait: true to follow it.`,
    ];
  },
};

/** Without `wait`, a run ends with the restart or wake-up. */
function accepted({ run, endpointId, request }: Facts): Text {
  const { kind = 'restart', fault } = run.accepted.at(-1) ?? {};
  const what = fault
    ? `${describeFault({ call: kind, fault }, { endpointId }).sentence} However, the status shows that it was accepted.`
    : `The API accepted the ${request} of endpoint ${endpointId}.`;
  return [`${capitalize(request)} accepted`, `${what} To wait until it is RUNNING, set wait: true.`];
}

function notNeeded(facts: Facts): Text {
  const { run, endpoint, last, condition } = facts;
  if (condition === 'up' || condition === 'asleep') return reached(facts);
  if (condition === 'starting') {
    const what = `${endpoint} is already ${describeState(last)}.`;
    return ['Nothing to restart', `${what} To wait until it is RUNNING, set wait: true.`];
  }
  const listed = run.policy.restartOn.join(' and ');
  return [
    `Not in restart-on: ${last.status}`,
    `${endpoint} is ${last.status}${withErrorCode(last)}. There is nothing to restart, because restart-on lists only ${listed}.`,
  ];
}

/** The endpoint is up or asleep. The text says what was done, too: as the `message` output, it has no title. */
function reached(facts: Facts): Text {
  const { run, decision, endpoint, last, condition, sinceStart, restarts, probe } = facts;
  const { policy, first, respondedAt, statusSince } = run;
  const isDone = decision.outcome !== 'not-needed';
  if (isDone && !policy.wait) return accepted(facts);
  const isAsleep = condition === 'asleep';
  const isStable = policy.wait && policy.stableForMs > 0 && !isAsleep;
  const hasChanged = isDone || facts.hasChanged;
  const isAgain = !isAsleep && (restarts > 0 || (hasChanged && first?.state.status === last.status));
  const errorCode = withErrorCode(last);
  const status = `${last.status}${isAgain ? ' again' : ''}${errorCode}`;
  const parts = [
    isDone ? `was ${actionOf(run)}` : '',
    hasChanged ? `was ${status} after ${sinceStart(statusSince)}` : isStable ? '' : `is ${status}`,
    isStable ? `stayed ${last.status} for ${formatDuration(policy.stableForMs)}${hasChanged ? '' : errorCode}` : '',
    respondedAt === undefined ? '' : `responded to ${probe} after ${sinceStart(respondedAt)}`,
  ].filter((part) => part !== '');
  const result = respondedAt === undefined ? last.status : 'Responding';
  const followed = facts.hasFollowed ? result : 'Nothing to restart';
  return [
    isDone ? `${capitalize(decision.outcome)} and ${result.toLowerCase()}` : followed,
    sentences(
      `${endpoint} ${enumerate(parts)}.`,
      isAsleep ? 'It is healthy and wakes on the next request.' : '',
      isAsleep && policy.probe !== undefined ? 'No probe was sent, because that would wake it.' : '',
      isAsleep && !isDone && !policy.wake ? 'To wake it now, set wake: true.' : '',
    ),
    facts.isUpWithErrorCode ? `${CHECK_ENDPOINT}.` : '',
  ];
}

/** `a`, `a and b`, or `a, b, and c`. Not by Intl.ListFormat, whose first use takes 13 ms. */
function enumerate(parts: readonly string[]): string {
  return parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}

function dryRun({ run, endpoint, decision, last, condition, limit, probe }: Facts): Text {
  const { planned = { type: 'end', outcome: 'error' } } = decision;
  const wait = `wait up to ${limit} ${condition === 'up' ? 'for it to stay' : 'until it is'} RUNNING`;
  const then = run.policy.wait ? ` and ${wait}` : '';
  const steps = { restart: `restart it${then}`, wake: `wake it${then}`, wait, probe: `send it ${probe}` };
  const isEnd = planned.type === 'end';
  const end = isEnd && isSuccess(planned.outcome) ? 'do nothing' : 'fail';
  const would = isEnd ? `end with the outcome ${planned.outcome}` : steps[planned.type];
  return [
    `Dry run: would ${isEnd ? end : planned.type}`,
    `${endpoint} is ${describeState(last)}. Without dry-run, this run would ${would}. Nothing was changed.`,
    isEnd ? '' : 'To do this, run the workflow again without dry-run.',
  ];
}

/** Durations count to the read that first showed the failure, not to the one that confirmed it. */
function failed({ run, endpoint, last, restarts, sinceStart, request }: Facts): Text {
  const { accepted, down, startedAt } = run;
  const { status, errorCode } = last;
  const before = accepted.at(-1)?.stateBefore;
  const isUnchanged = before !== undefined && isSameObservation(before, last) && !hasProgressed(run);
  const again = before?.status === status ? ' again' : '';
  const changed = status === 'FAILED' ? `failed${again}` : `is ${status}${again}`;
  const became = isUnchanged ? `is still ${status}` : changed;
  const after = sinceStart(down?.since ?? startedAt);
  return [
    `${isUnchanged ? `Still ${status}` : `${status}${again}`} after the ${request}${errorCode && `: ${errorCode}`}`,
    `${endpoint} was ${actionOf(run)} but ${became} after ${after}${withErrorCode(last)}.`,
    afterFailure(last, restarts),
  ];
}

/** What to do about an endpoint that is FAILED or TERMINATED after a restart or wake-up. */
function afterFailure({ status, errorCode }: EndpointState, restarts: number): string {
  if (status === 'TERMINATED') return `Check in ${FRIENDLI_SUITE_LINK} why it was terminated.`;
  // After more than one restart, another one is not the advice.
  const isExhausted = restarts > 1 && isRecoverable(errorCode);
  if (errorCode !== '' && !isExhausted) return `${errorCodeInfo(errorCode).nextStep}.`;
  const check = `Check the endpoint’s events in ${FRIENDLI_SUITE_LINK}`;
  return isExhausted ? `${check}, and ${CONTACT_SUPPORT}.` : `${check}, then re-run the job.`;
}

function timedOut(facts: Facts): Text {
  const { run, endpoint, last, lastReadAt, failure, condition, limit, restarts } = facts;
  const { policy, nextAttemptAt, steadySince } = run;
  if (failure !== undefined) return requestFailed(facts);
  if (nextAttemptAt !== undefined) {
    const attempt = `attempt ${restarts + 1} of ${policy.attempts}`;
    return [
      `FAILED again; ${attempt} not started`,
      `The limit of ${limit} (timeout-minutes) ended the run before ${attempt}. ${endpoint} had failed again${withErrorCode(last)}.`,
      `${afterFailure(last, restarts)} Alternatively, set a longer timeout-minutes.`,
    ];
  }
  const steadyMs = lastReadAt - steadySince;
  if (last.status === 'RUNNING' && steadyMs < policy.stableForMs) {
    const required = formatDuration(policy.stableForMs);
    return [
      `RUNNING for less than ${required}`,
      `${endpoint} had been RUNNING for ${formatDuration(steadyMs)} when the limit of ${limit} (timeout-minutes) ended the wait. stable-for requires ${required}.`,
      'Set a longer timeout-minutes or a shorter stable-for, then re-run the job.',
    ];
  }
  return condition === 'up' && policy.probe !== undefined ? notResponding(facts) : notRunning(facts);
}

function notRunning({ run, endpoint, elapsedMs, last, condition, limit, request, ...facts }: Facts): Text {
  const accepted = `${capitalize(request)} accepted, but still ${last.status}`;
  const unchangedMs = facts.lastReadAt - run.lastSince;
  const still = condition === 'down' && !isEffectPending(run) ? '' : 'still ';
  const isOutOfCapacity = last.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= elapsedMs / 2;
  const nextStep =
    condition === 'starting' ? 'Re-run the job to keep waiting, or set a longer timeout-minutes.' : facts.fix;
  return [
    `${isEffectPending(run) ? accepted : 'Not RUNNING'} after ${limit}`,
    sentences(
      `${endpoint} was ${still}${describeState(last)} after ${limit} (timeout-minutes).`,
      isOutOfCapacity ? 'Its instance type may be out of capacity.' : '',
      aftermath(run),
    ),
    isOutOfCapacity ? `Choose another instance type in ${FRIENDLI_SUITE_LINK}, or ${CONTACT_SUPPORT}.` : nextStep,
  ];
}

function cannotRestart({ endpoint, last: { status } }: Facts): Text {
  return [
    `Cannot restart while ${status}`,
    `${endpoint} is ${status}. The API accepts a restart only while it is FAILED or TERMINATED.`,
    'Set wait: true to wait for another status. An endpoint that becomes TERMINATED is then restarted if restart-on lists it.',
  ];
}

/** A request failed, for good or until the end of the run. */
function requestFailed(facts: Facts): Text {
  const { run, decision, failure, endpoint, endpointId, last, limit, likelyCause, fix, untilEnd } = facts;
  if (failure === undefined) {
    const kind = facts.condition === 'asleep' ? 'wake' : 'restart';
    const title = `${capitalize(REQUEST_NAMES[kind])} not sent`;
    return [title, `${endpoint} is ${describeState(last)}, but no time was left to ${kind} it.`, fix];
  }
  const { call, fault } = failure;
  if (call === 'probe' && fault.kind !== 'permanent') return notResponding(facts);
  const { since, faults, permanent } = run.outages[call] ?? { since: run.startedAt, faults: 0 };
  // Other faults before the permanent ones are another problem.
  const row = fault.kind === 'permanent' && permanent ? permanent : { since, count: faults };
  const isUnknown = call === 'read' && decision.outcome === 'timed-out' && run.last !== undefined;
  const lasted = ` for ${untilEnd(row.since)}${isUnknown ? ` of the wait of ${limit}` : ''}`;
  const isDeleted = fault.httpStatus === 404 && call !== 'probe';
  const context = { endpointId, lasted: row.count > 1 ? lasted : '', wasReached: facts.wasReached };
  const { title, sentence } = describeFault(failure, context);
  return [
    isUnknown ? `Status unknown for the last ${untilEnd(since)}` : title,
    sentences(
      sentence,
      likelyCause,
      run.last && lastKnown(run),
      run.last === undefined || isDeleted ? '' : aftermath(run),
    ),
    fix,
  ];
}

/** The endpoint is up, or was, and no probe got its response. */
function notResponding({ failure, condition, endpoint, last, limit, probe, likelyCause, fix }: Facts): Text {
  const end = `the limit of ${limit} (timeout-minutes) ended the wait`;
  return [
    `${last.status} without a response to the probe`,
    sentences(
      condition === 'asleep'
        ? `${endpoint} went to sleep before it responded to ${probe}.`
        : `${endpoint} is ${last.status}, but ${end} before it responded to ${probe}.`,
      failure && describeFault(failure).sentence,
      likelyCause,
    ),
    failure ? fix : 'Set a longer timeout-minutes, then re-run the job.',
  ];
}

function lastKnown(run: RunState): string {
  const last = lastSeen(run);
  return last === undefined ? 'Its status is unknown.' : `Last known status: ${describeState(last)}.`;
}

/** What this run did, to follow "was". */
function actionOf(run: RunState): string {
  const restarts = restartCount(run);
  const restarted = `restarted${restarts > 1 ? (restarts === 2 ? ' twice' : ` ${restarts} times`) : ''}`;
  if (!hasWokenEndpoint(run)) return restarted;
  return restarts === 0 ? 'woken' : `woken and ${restarted}`;
}

/** Whether an accepted request has had no visible effect yet: the status, or every read, is still the one before it. */
export function isEffectPending(run: RunState): boolean {
  const request = run.accepted.at(-1);
  if (request === undefined || hasProgressed(run)) return false;
  const { last, lastRead, staleAt = 0 } = run;
  const isContradicted = lastRead !== undefined && staleAt > request.sentAt && lastRead.sentAt <= request.sentAt;
  return isContradicted || request.stateBefore.status === last?.status;
}

/** The last state, unless only the response to a request shows it, and reads show another one. */
export function lastSeen(run: RunState): EndpointState | undefined {
  return isEffectPending(run) ? run.lastRead?.state : run.last;
}

/** What happens to the endpoint after the run ends. */
function aftermath(run: RunState): string {
  const { last, accepted, ambiguous, outages } = run;
  if (isEffectPending(run)) {
    return `The API accepted its ${REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart']}, but the effect is not visible yet. It may still start in the background. If it does, it is billed once a replica runs.`;
  }
  if (conditionOf(last?.status) === 'starting') {
    if (outages.read !== undefined) return 'It may be RUNNING by now.';
    return last?.status === 'UPDATING'
      ? 'The rollout of the new version continues in the background.'
      : 'It keeps starting in the background and is billed once a replica runs.';
  }
  if (accepted.length > 0) return `It was ${actionOf(run)} by this run.`;
  return ambiguous === undefined ? 'It was not restarted.' : '';
}

/** What is known about a request that may have been accepted. */
function ambiguityNote({ run: { ambiguous }, failure }: Facts): string {
  if (ambiguous === undefined) return '';
  const { kind, fault } = ambiguous;
  const why = failure?.fault === fault ? '' : `${describeFault({ call: kind, fault }).sentence} `;
  return `${why}The ${REQUEST_NAMES[kind]} may have been accepted anyway.`;
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
