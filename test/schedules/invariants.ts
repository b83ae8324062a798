/** What docs/behavior.md promises of every run, whatever the service and the network do. */
import { isDeepStrictEqual } from 'node:util';
import type { ChangeRequest, Policy } from '../../src/run.js';
import { isRecoverable, isRestartable, Observer, type Option, TOLERANCE_MS } from './observer.js';
import { isExchange, type LogEntry, type Run } from './schedule.js';
import type { Exchange } from './service.js';

/** The part of a request and its result that can be seen from the service's side as well. */
type Seen = Pick<Exchange, 'call' | 'sentAt'> & {
  readonly state?: { status: string; errorCode: string } | undefined;
};

/** Which of these guarantees, by their sentences, are not kept. */
export function broken(guarantees: Readonly<Record<string, boolean>>): string[] {
  const sentences = Object.keys(guarantees).filter((sentence) => !guarantees[sentence]);
  return sentences.map((sentence) => `Not kept: ${sentence}.`);
}

/** The guarantees about requests that are not kept. */
export function requestViolations(requests: readonly Seen[], policy: Policy): string[] {
  const isWaiting = policy.wait && !policy.dryRun;
  const deadline = isWaiting ? policy.timeoutMs : 120_000;
  const latestRead = isWaiting ? deadline : 2 * deadline;
  const latestChange = deadline - Math.min(5_000, deadline / 10);
  const changes = requests.flatMap(({ call, sentAt, state }, index) => {
    const before = requests[index - 1];
    return call === 'read' ? [] : [{ call, sentAt, state, seen: before?.call === 'read' && before.state }];
  });
  const accepted = (kind: ChangeRequest) =>
    changes.filter(({ call, state }) => call === kind && state).map(({ sentAt }) => sentAt);
  const restarts = accepted('restart');
  return broken({
    'a restart or wake-up follows a read that calls for it': changes.every(({ call, seen }) => {
      if (!seen || policy.dryRun) return false;
      return call === 'wake' ? policy.wake && seen.status === 'SLEEPING' : isRestartable(seen, policy);
    }),
    'after an accepted restart only a recoverable failure is restarted': changes.every(
      ({ call, sentAt, seen }) => {
        const isLater = call === 'restart' && restarts.some((ms) => ms < sentAt);
        return !isLater || (seen && seen.status === 'FAILED' && isRecoverable(seen.errorCode));
      },
    ),
    'at most `attempts` restarts and one wake-up are accepted':
      restarts.length <= policy.attempts && accepted('wake').length <= 1,
    'the accepted restarts are 30, 60, 120, and 240 s apart': restarts.every(
      (ms, index) => index === 0 || ms - (restarts[index - 1] ?? 0) > 15_000 * 2 ** index - 1_000,
    ),
    'nothing is sent after the deadline, and no change shortly before it': requests.every(
      ({ call, sentAt }) => sentAt <= (call === 'read' ? latestRead : latestChange),
    ),
  });
}

/** What is wrong with a run of the loop, compared with what the service really did. */
export function violations(run: Run): string[] {
  const { result, canceledAtMs = Number.POSITIVE_INFINITY } = run;
  const { policy, world } = run.schedule;
  const exchanges = run.log.filter(isExchange);
  const isReported = result.restarts > 0 || result.woken;
  const isAccepted = exchanges.some(({ accepted }) => accepted);
  const isOnItsOwn = world.actions.length > 0 || (world.behavior.before ?? []).length > 1;
  const reads = exchanges.filter(({ call, fault }) => call === 'read' && fault?.source !== 'aborted');
  const failed = reads.slice(reads.findLastIndex(({ fault }) => fault === undefined) + 1);
  // A single one can be cut short by the deadline, which says little about the API.
  const isCutShort = failed.length === 1 && result.unobservedSinceMs === undefined;
  const events = run.log.filter((entry) => !isExchange(entry));
  const times = [...events.map(({ atMs }) => atMs), result.elapsedMs];
  const states = events.flatMap((it) => (it.type === 'observed' ? [{ ...it.state, updatedAt: '' }] : []));
  return [
    ...requestViolations(exchanges, policy),
    ...broken({
      'a request has 30 s, or the time until the deadline': exchanges.every(({ sentAt, timeoutMs }) => {
        const leftMs = policy.wait && !policy.dryRun ? policy.timeoutMs - sentAt : 30_000;
        return timeoutMs > 0 && timeoutMs <= Math.min(30_000, leftMs);
      }),
      'a cancel ends the run at once, and nothing is requested after it':
        result.elapsedMs <= canceledAtMs &&
        (result.outcome !== 'cancelled' || result.elapsedMs === canceledAtMs) &&
        !exchanges.some(({ afterCancel }) => afterCancel),
      'an accepted request is reported, or known to be ambiguous':
        isReported || result.ambiguous !== undefined || !isAccepted,
      'an acceptance is reported only if there was one, or if the endpoint can have changed by itself':
        !isReported || isOnItsOwn || isAccepted,
      'failing reads have one warning, at the second fault or after 5 s, and one line when they end':
        isWarnedOnce(run.log),
      'the endpoint counts as unobserved since the first of the reads that failed last':
        isCutShort || result.unobservedSinceMs === failed[0]?.sentAt,
      'events come in the order of time': times.every((ms, index) => ms >= (times[index - 1] ?? 0)),
      'no pause is negative': events.every((event) => event.type !== 'paused' || event.forMs >= 0),
      'a line is printed for a change only': states.every(
        (state, index) => !isDeepStrictEqual(state, states[index - 1]),
      ),
    }),
    ...deviations(run),
  ];
}

function isWarnedOnce(log: readonly LogEntry[]): boolean {
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
}

/** Where a run first left what the page permits. */
function deviations({ schedule, log, result, canceledAtMs }: Run): string[] {
  const observer = new Observer(schedule.policy, schedule.jitter);
  for (const [index, entry] of log.entries()) {
    if (!isExchange(entry)) continue;
    const deviation = compare(observer.permitted, { next: entry.call, at: entry.sentAt });
    const rest = log.slice(index + 1);
    const next = rest.findIndex(isExchange);
    observer.take(
      entry,
      rest.slice(0, next < 0 ? undefined : next).filter((it) => !isExchange(it)),
    );
    if (deviation.length + observer.complaints.length > 0) return [...deviation, ...observer.complaints];
  }
  const { outcome: next, elapsedMs: at, reason } = result;
  if (next === 'cancelled') return canceledAtMs === undefined ? ['Nobody canceled the run.'] : [];
  const { first, last } = observer;
  const { restarts, woken, ambiguous: lost, isMixed } = observer.requests;
  const ambiguous = isMixed ? result.ambiguous : lost.at(-1)?.call;
  const expected = { first, last, restarts, woken, ambiguous };
  const actual = Object.fromEntries(Object.entries(result).filter(([name]) => name in expected));
  return [
    ...compare(observer.permitted, { next, at, reason }),
    ...(isDeepStrictEqual(actual, expected) ? [] : [`The result should have ${JSON.stringify(expected)}.`]),
  ];
}

function compare(
  permitted: readonly Option[],
  { next, at, reason }: Pick<Option, 'next' | 'reason'> & { at: number },
): string[] {
  const isPermitted = permitted.some(
    (it) =>
      it.next === next &&
      (it.reason ?? reason) === reason &&
      at >= it.from - TOLERANCE_MS &&
      at <= it.to + TOLERANCE_MS,
  );
  const actual = JSON.stringify({ next, reason, at });
  return isPermitted ? [] : [`Not permitted: ${actual}; permitted: ${JSON.stringify(permitted)}.`];
}

/** A run as a person can follow it. */
export function transcript({ schedule, log, result }: Run): string {
  const lines = log.map((entry) => {
    if (!isExchange(entry)) return `${entry.atMs}     ${JSON.stringify(entry)}`;
    const { sentAt, endedAt, call, state, fault, accepted } = entry;
    return `${sentAt} until ${endedAt} ${call}: ${fault?.message ?? JSON.stringify(state)}${accepted ? ' [accepted]' : ''}`;
  });
  return [JSON.stringify(schedule), ...lines, JSON.stringify(result)].join('\n');
}
