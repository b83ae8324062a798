/** What docs/behavior.md promises of every run, whatever the service and the network do. */
import { isDeepStrictEqual } from 'node:util';
import type { Policy, RunEvent } from '../../src/run.js';
import { describe, isRecoverable, isRestartable, Observer, type Option, TOLERANCE_MS } from './observer.js';
import { isExchange, type Run } from './schedule.js';
import type { Exchange } from './service.js';

/** The part of a request and its result that can be seen from the service's side as well. */
type Seen = Pick<Exchange, 'call' | 'sentAt'> & {
  readonly state?: { status: string; errorCode: string } | undefined;
};

/** Each guarantee about the requests of a run by its sentence, and whether it is kept. */
const OF_REQUESTS: Readonly<Record<string, (requests: readonly Seen[], policy: Policy) => boolean>> = {
  'a restart or wake-up follows a read that calls for it': (requests, policy) =>
    requests.every(({ call }, index) => {
      const { state, call: previous } = requests[index - 1] ?? {};
      if (call === 'read') return true;
      if (previous !== 'read' || !state || policy.dryRun) return false;
      return call === 'wake' ? policy.wake && state.status === 'SLEEPING' : isRestartable(state, policy);
    }),
  'after an accepted restart only a recoverable failure is restarted': (requests) =>
    requests.every(({ call }, index) => {
      const { state } = requests[index - 1] ?? {};
      const isFirst = !requests.slice(0, index).some((it) => it.call === 'restart' && it.state);
      return call !== 'restart' || isFirst || (state?.status === 'FAILED' && isRecoverable(state.errorCode));
    }),
  'the accepted restarts are at most `attempts`, 30, 60, 120, and 240 s apart, and there is one wake-up': (
    requests,
    policy,
  ) => {
    const accepted = requests.filter(({ call, state }) => call === 'restart' && state);
    const gaps = accepted.slice(1).map(({ sentAt }, index) => sentAt - (accepted[index]?.sentAt ?? 0));
    const wakeUps = requests.filter(({ call, state }) => call === 'wake' && state);
    const isLongEnough = gaps.every((ms, index) => ms > 30_000 * 2 ** index - 1_000);
    return accepted.length <= policy.attempts && wakeUps.length <= 1 && isLongEnough;
  },
  'nothing is sent after the deadline, and no change shortly before it': (requests, policy) => {
    const isWaiting = policy.wait && !policy.dryRun;
    const deadline = isWaiting ? policy.timeoutMs : 120_000;
    const latest = {
      read: isWaiting ? deadline : 2 * deadline,
      change: deadline - Math.min(5_000, deadline / 10),
    };
    return requests.every(({ call, sentAt }) => sentAt <= latest[call === 'read' ? 'read' : 'change']);
  },
};

/** The same about a run of the loop, compared with what the service really did. */
const OF_RUN: Readonly<Record<string, (run: Run, exchanges: readonly Exchange[]) => boolean>> = {
  'a request has 30 s, or the time until the deadline': ({ schedule: { policy } }, exchanges) =>
    exchanges.every(({ sentAt, timeoutMs }) => {
      const leftMs = policy.wait && !policy.dryRun ? policy.timeoutMs - sentAt : 30_000;
      return timeoutMs > 0 && timeoutMs <= Math.min(30_000, leftMs);
    }),
  'a cancel ends the run at once, and nothing is requested after it': (
    { result, canceledAtMs },
    exchanges,
  ) => {
    const isAtOnce = result.outcome !== 'cancelled' || result.elapsedMs === canceledAtMs;
    const isLater = result.elapsedMs > (canceledAtMs ?? Number.POSITIVE_INFINITY);
    return isAtOnce && !isLater && exchanges.every(({ afterCancel }) => !afterCancel);
  },
  'an accepted request is reported, or known to be ambiguous': ({ result }, exchanges) => {
    const isKnown = result.restarts > 0 || result.woken || result.ambiguous !== undefined;
    return isKnown || !exchanges.some(({ accepted }) => accepted);
  },
  'an acceptance is reported only if there was one, or if the endpoint can have changed by itself': (
    run,
    exchanges,
  ) => {
    const { actions, behavior } = run.schedule;
    const isOnItsOwn = actions.length > 0 || (behavior.before ?? []).length > 1;
    const isReported = run.result.restarts > 0 || run.result.woken;
    return !isReported || isOnItsOwn || exchanges.some(({ accepted }) => accepted);
  },
  'failing reads have one warning, at the second fault or after 5 s, and one line when they end': ({
    log,
  }) => {
    let [faults, since, isWarned] = [0, 0, false];
    return log.every((entry) => {
      if (!('call' in entry) || entry.call !== 'read' || entry.type === 'fault') return true;
      if (!isExchange(entry)) {
        const isRight = entry.type === 'outage' ? faults > 0 && !isWarned : faults === 0 && isWarned;
        isWarned = entry.type === 'outage';
        return isRight;
      }
      const isDue = faults > 1 || (faults === 1 && entry.sentAt - since > 5_000 + TOLERANCE_MS);
      faults = entry.fault ? faults + 1 : 0;
      if (faults === 1) since = entry.sentAt;
      return isWarned || !isDue;
    });
  },
  'the endpoint counts as unobserved since the first of the reads that failed last': (
    { result },
    exchanges,
  ) => {
    const reads = exchanges.filter(({ call, fault }) => call === 'read' && fault?.source !== 'aborted');
    const failed = reads.slice(reads.findLastIndex(({ fault }) => fault === undefined) + 1);
    // A single one can be cut short by the deadline, which says little about the API.
    const isCutShort = failed.length === 1 && result.unobservedSinceMs === undefined;
    return isCutShort || result.unobservedSinceMs === failed[0]?.sentAt;
  },
  'events come in the order of time, no pause is negative, and a line is printed for a change only': ({
    log,
    result,
  }) => {
    const events = log.filter((entry) => !isExchange(entry));
    const times = [...events.map(({ atMs }) => atMs), result.elapsedMs];
    const states = events.flatMap((it) => (it.type === 'observed' ? [{ ...it.state, updatedAt: '' }] : []));
    const isOrdered = times.every((ms, index) => ms >= (times[index - 1] ?? 0));
    const isChange = states.every((state, index) => !isDeepStrictEqual(state, states[index - 1]));
    return isOrdered && isChange && events.every((event) => event.type !== 'paused' || event.forMs >= 0);
  },
};

/** The guarantees about requests that are not kept, in sentences. */
export function requestViolations(requests: readonly Seen[], policy: Policy): string[] {
  const broken = Object.entries(OF_REQUESTS).filter(([, isKept]) => !isKept(requests, policy));
  return broken.map(([sentence]) => `Not kept: ${sentence}.`);
}

/** What is wrong with a run, in sentences. */
export function violations(run: Run): string[] {
  const exchanges = run.log.filter(isExchange);
  const broken = Object.entries(OF_RUN).filter(([, isKept]) => !isKept(run, exchanges));
  return [
    ...requestViolations(exchanges, run.schedule.policy),
    ...broken.map(([sentence]) => `Not kept: ${sentence}.`),
    ...deviations(run),
  ];
}

/** Where a run first left what the page permits. */
function deviations({ schedule, log, result, canceledAtMs }: Run): string[] {
  const observer = new Observer(schedule.policy, schedule.jitter);
  for (const [index, entry] of log.entries()) {
    if (!isExchange(entry)) continue;
    const deviation = compare(observer.permitted, { next: entry.call, at: entry.sentAt });
    const next = log.findIndex((it, at) => at > index && isExchange(it));
    const events = log
      .slice(index + 1, next < 0 ? undefined : next)
      .filter((it): it is RunEvent => !isExchange(it));
    observer.take(entry, events);
    if (deviation.length + observer.complaints.length > 0) return [...deviation, ...observer.complaints];
  }
  if (result.outcome === 'cancelled') return canceledAtMs === undefined ? ['Nobody canceled the run.'] : [];
  const deviation = compare(observer.permitted, {
    next: result.outcome,
    at: result.elapsedMs,
    reason: result.reason,
  });
  const { first, last } = observer;
  const { restarts, woken, ambiguous: lost, isMixed } = observer.requests;
  const ambiguous = isMixed ? result.ambiguous : lost.at(-1)?.call;
  const expected = { first, last, restarts, woken, ambiguous };
  const actual = Object.fromEntries(Object.entries(result).filter(([name]) => name in expected));
  return isDeepStrictEqual(actual, expected)
    ? deviation
    : [...deviation, `The result should have ${JSON.stringify(expected)}.`];
}

function compare(
  permitted: readonly Option[],
  { next, at, reason }: { next: Option['next']; at: number; reason?: Option['reason'] },
): string[] {
  const isPermitted = permitted.some(
    (it) =>
      it.next === next &&
      (it.reason ?? reason) === reason &&
      at >= it.from - TOLERANCE_MS &&
      at <= it.to + TOLERANCE_MS,
  );
  const choices = permitted.map((it) => `${it.next} ${it.reason ?? ''} at ${it.from}..${it.to}`);
  return isPermitted
    ? []
    : [`Not permitted: ${next} ${reason ?? ''} at ${at}; permitted: ${choices.join(', or ')}.`];
}

/** A run as a person can follow it, without polls that showed the same. */
export function transcript({ schedule: { policy, behavior, plans, ...rest }, log, result }: Run): string {
  const lines = log.flatMap((entry) => {
    if (isExchange(entry)) {
      const { call, sentAt, endedAt, state, fault, accepted } = entry;
      const answer = fault
        ? `${fault.message}${fault.retryAfterMs ? `, Retry-After ${fault.retryAfterMs}` : ''}`
        : describe(state);
      return [
        {
          atMs: sentAt,
          until: ` until ${endedAt}`,
          text: `${call}: ${answer}${accepted ? ' [accepted]' : ''}`,
        },
      ];
    }
    const { type, atMs, ...details } = entry;
    if (type === 'paused' || type === 'fault') return [];
    return [{ atMs, until: '', text: `    ${type} ${JSON.stringify(details).slice(0, 120)}` }];
  });
  const shown = lines.filter(
    ({ text }, index) => text !== lines[index - 1]?.text || text !== lines[index + 1]?.text,
  );
  const told = shown.map(({ atMs, until, text }) => `${String(atMs).padStart(9)}${until} ${text}`);
  return [policy, behavior, rest]
    .map((it) => JSON.stringify(it))
    .concat(told, JSON.stringify(result))
    .join('\n');
}
