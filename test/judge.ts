/** What behaviour.md sections 4 and 5 promise of every run, whatever the service and the network do. */
import { conditionOf, type EndpointState, tellsTheSame } from '../src/endpoint.js';
import type { RestartEvent } from '../src/restart.js';
import type { Run } from './schedule.js';
import type { Exchange } from './service-model.js';

const REQUEST_MS = 30_000;
const PATIENCE_MS = 120_000;
const STALE_MS = 60_000;
const MINUTE_MS = 60_000;
const LAST_LOOK_MS = 2_000;

/** Each promise by its sentence, and whether a run keeps it. */
const promises: Readonly<Record<string, (run: Run) => boolean>> = {
  'a restart is asked for only on a status that is restartable, listed, and read since the restart before it':
    ({ exchanges, schedule }) =>
      exchanges.every(({ call }, index) => {
        if (call === 'status') return true;
        const read = exchanges[index - 1];
        return (
          read?.call === 'status' &&
          isDown(read.told) &&
          schedule.restartOn.some((s) => s === read.told?.status)
        );
      }),

  'a restart is asked for five times at the most, and never again after a good answer to it': ({
    exchanges,
  }) => {
    const restarts = exchanges.filter(isRestart);
    return restarts.length <= 5 && restarts.slice(0, -1).every(({ fault }) => fault !== undefined);
  },

  'one restart is accepted at the most, unless a lost answer was followed by a stale read': ({
    exchanges,
  }) => {
    const [first, second] = exchanges.filter(({ accepted }) => accepted);
    if (first === undefined || second === undefined) return true;
    const read = exchanges[exchanges.indexOf(second) - 1];
    return first.fault?.kind === 'transient' && read !== undefined && isStale(read);
  },

  'nothing outlives the deadline': (run) =>
    run.result.elapsedMs <= giveUpMs(run) + lateMs(run) &&
    run.exchanges.every(
      ({ sentAt, timeoutMs }) =>
        timeoutMs > 0 && timeoutMs <= REQUEST_MS && sentAt + timeoutMs <= deadlineMs(run),
    ),

  'nothing is requested, and no time passes, after a cancel': ({ schedule, result, exchanges }) =>
    result.elapsedMs <= (schedule.cancelAtMs ?? Number.POSITIVE_INFINITY) &&
    exchanges.every(({ afterAbort }) => !afterAbort) &&
    (result.outcome !== 'cancelled' || result.elapsedMs === schedule.cancelAtMs),

  'an accepted restart is never reported as not made': ({ result, exchanges }) =>
    result.restarted || result.restartInDoubt || !exchanges.some(({ accepted }) => accepted),

  'a restart is reported as made only if it was accepted, or the endpoint changed while it was in doubt': (
    run,
  ) => {
    const { result, exchanges } = run;
    if (!result.restarted || exchanges.some(({ accepted }) => accepted)) return true;
    return isDisturbed(run) && exchanges.some(isDoubtful);
  },

  'a restart is in doubt only after a lost answer to it': ({ result, exchanges }) =>
    !result.restartInDoubt || (!result.restarted && exchanges.some(isDoubtful)),

  'restarted means, with wait, that the endpoint was up when read last': ({
    schedule,
    result,
    exchanges,
  }) => {
    if (result.outcome !== 'restarted') return true;
    const last = exchanges.at(-1);
    if (!schedule.wait) return result.restarted;
    return result.restarted && last?.call === 'status' && isUp(last.told) && isUp(last.actual);
  },

  'failed means that the endpoint was read last as down, and was so after the restart': ({
    result,
    exchanges,
  }) => {
    if (result.outcome !== 'failed') return true;
    const last = exchanges.at(-1);
    const restart = exchanges.find(({ accepted }) => accepted);
    const read = restart && exchanges[exchanges.indexOf(restart) - 1];
    return (
      result.restarted &&
      last?.call === 'status' &&
      isDown(last.told) &&
      (restart?.actual === undefined ||
        last.told?.updatedAt !== restart.actual.updatedAt ||
        // Changed between the read and the restart: the loop cannot know what it was then.
        read?.told?.updatedAt !== restart.actual.updatedAt)
    );
  },

  'not-needed means that nothing was restarted, and nothing is in doubt': ({ result }) =>
    result.outcome !== 'not-needed' || (!result.restarted && !result.restartInDoubt),

  'an endpoint that was read as up ends the run well': ({ result, exchanges }) =>
    exchanges.every(({ call, told }) => call === 'restart' || !isUp(told)) ||
    result.outcome === (result.restarted ? 'restarted' : 'not-needed'),

  'timed-out means that the time is over': ({ schedule, result }) =>
    result.outcome !== 'timed-out' || (schedule.wait && result.elapsedMs >= schedule.timeoutMs),

  'an error has its reason': (run) => {
    const { schedule, result, exchanges } = run;
    const good = exchanges.some(isGoodRead);
    const last = exchanges.at(-1);
    switch (result.reason) {
      case undefined:
        return result.outcome !== 'error';
      case 'stopping':
      case 'unknown-status':
        return !schedule.wait && last?.told !== undefined;
      case 'refused': {
        const same = exchanges.filter(({ call }) => call === last?.call).slice(good ? -3 : -1);
        return (
          same.length === (good ? 3 : 1) &&
          same.every(({ call, fault }) => isPermanent(fault?.kind, call)) &&
          result.fault === last?.fault
        );
      }
      case 'unreachable':
        return (!schedule.wait || !good) && result.elapsedMs >= giveUpMs(run);
      case 'restart-not-accepted':
        return exchanges.filter(isRestart).length === 5 && isDown(last?.told);
    }
  },

  'the state is the last one told that is no old news, and the previous one the first': ({
    result,
    exchanges,
  }) => result.state === lastNews(exchanges) && result.previous === exchanges.find(isGoodRead)?.told,

  'the endpoint counts as unobserved since the first of the reads that failed last': ({
    result,
    exchanges,
  }) => {
    const reads = exchanges.filter(({ call, fault }) => call === 'status' && !isGivenUp(fault));
    const lastGood = reads.findLastIndex(({ told }) => told !== undefined);
    return result.unobservedSinceMs === reads[lastGood + 1]?.sentAt;
  },

  'Retry-After is honoured': ({ exchanges }) =>
    exchanges.slice(0, -1).every(({ endedAt, askedForMs }, index) => {
      const next = exchanges[index + 1];
      return next !== undefined && next.sentAt >= endedAt + (askedForMs ?? 0);
    }),

  'a last look is taken shortly before the deadline, unless a server asked for more time': (run) => {
    const last = run.exchanges.at(-1);
    if (run.result.outcome !== 'timed-out' || last?.askedForMs !== undefined) return true;
    return (last?.endedAt ?? 0) >= deadlineMs(run) - LAST_LOOK_MS;
  },

  'no pause is negative': ({ events }) =>
    events.every((event) => event.type !== 'paused' || event.forMs >= 0),

  'events come in the order of time': ({ events, result }) =>
    [...events, { atMs: result.elapsedMs }].every(
      ({ atMs }, index) => atMs >= (events[index - 1]?.atMs ?? 0),
    ),

  'a line is told for a change, never for a poll': ({ events, exchanges, result }) => {
    const seen = events.filter(({ type }) => type === 'seen').length;
    const told = exchanges.flatMap((exchange) => exchange.told ?? []);
    const changes = told.filter((state, index) => !looksTheSame(state, told[index - 1])).length;
    const last = events.findLast((event) => event.type === 'seen');
    return seen <= changes && (result.state === undefined || looksTheSame(result.state, last?.state));
  },

  'trouble is told once when it starts, and once when it ends': ({ events, exchanges }) => {
    const told = (type: RestartEvent['type']) => events.filter((event) => event.type === type).length;
    return (['status', 'restart'] as const).every((call) => {
      const all = exchanges.filter((exchange) => exchange.call === call && !isGivenUp(exchange.fault));
      const inTrouble = all.map((exchange) => isTrouble(exchange));
      const starts = all.filter((_, index) => inTrouble[index] && !inTrouble[index - 1]);
      const ends = all.filter((_, index) => !inTrouble[index] && inTrouble[index - 1]);
      const troubles = events.filter((event) => event.type === 'trouble' && event.call === call).length;
      // What ends the run is told by its end.
      const atTheEnd = starts.at(-1) === exchanges.at(-1) ? 1 : 0;
      return (
        troubles <= starts.length &&
        troubles >= starts.length - atTheEnd &&
        (call === 'restart' || told('recovered') === ends.length)
      );
    });
  },

  'a restart is told as accepted once, and as refused for each 400': ({ events, exchanges, result }) => {
    const told = (type: RestartEvent['type']) => events.filter((event) => event.type === type).length;
    const refusals = exchanges.filter((it) => isRestart(it) && it.fault?.kind === 'bad-request').length;
    return told('restart-accepted') === (result.restarted ? 1 : 0) && told('restart-refused') === refusals;
  },

  'a heartbeat comes after a minute without a line, and no sooner': ({ events, result }) => {
    const lines = events.filter(({ type }) => type !== 'paused');
    return [...lines, { type: 'end', atMs: result.elapsedMs }].every(({ type, atMs }, index) => {
      const quietMs = atMs - (lines[index - 1]?.atMs ?? 0);
      // Nothing is told within a request.
      return quietMs <= MINUTE_MS + 2 * REQUEST_MS && (type !== 'heartbeat' || quietMs >= MINUTE_MS);
    });
  },
};

/** The sentences of the promises that a run breaks. */
export function brokenPromises(run: Run): string[] {
  return Object.entries(promises)
    .filter(([, isKept]) => !isKept(run))
    .map(([sentence]) => sentence);
}

/** A run as a reader can follow it. */
export function transcript({ exchanges, events, result }: Run): string {
  const lines = [
    ...exchanges.map((it) => ({
      atMs: it.sentAt,
      text: [
        `${it.call === 'status' ? 'GET' : 'PUT'} until ${it.endedAt}, arrived ${it.arrivedAt ?? 'never'}:`,
        it.fault ? `${it.fault.kind} (${it.fault.message})` : describe(it.told),
        it.accepted ? '[accepted]' : '',
        it.actual && !looksTheSame(it.actual, it.told) ? `[really ${describe(it.actual)}]` : '',
      ].join(' '),
    })),
    ...events
      .filter(({ type }) => type !== 'paused')
      .map(({ atMs, type }) => ({ atMs, text: `    ${type}` })),
  ].sort((one, other) => one.atMs - other.atMs);
  return [
    ...lines.map(({ atMs, text }) => `${String(atMs).padStart(8)}  ${text}`),
    `${String(result.elapsedMs).padStart(8)}  ${result.outcome} ${result.reason ?? ''}, ${describe(result.state)}, restarted ${result.restarted}, in doubt ${result.restartInDoubt}`,
  ].join('\n');
}

function describe(state: EndpointState | undefined): string {
  return state === undefined
    ? 'nothing'
    : [state.status, state.phase, state.errorCode, state.updatedAt.slice(11)].filter(Boolean).join('/');
}

/** When the run must be over, in milliseconds from its start. */
function giveUpMs(run: Run): number {
  const neverAnswered = !run.exchanges.some(isGoodRead);
  return neverAnswered ? Math.min(deadlineMs(run), PATIENCE_MS) : deadlineMs(run);
}

/** How late the clock wakes a run. */
function lateMs({ schedule: { timerErrorMs } }: Run): number {
  return Math.max(0, timerErrorMs);
}

function deadlineMs({ schedule: { wait, timeoutMs } }: Run): number {
  return wait ? timeoutMs : PATIENCE_MS;
}

/** The last state told, without those that only repeat what was read before an accepted restart. */
function lastNews(exchanges: readonly Exchange[]): EndpointState | undefined {
  let news: EndpointState | undefined;
  let doubt: { until: number; before: EndpointState } | undefined;
  let accepted: typeof doubt;
  for (const { call, told, fault, sentAt, endedAt } of exchanges) {
    if (call === 'restart' && news !== undefined && (fault === undefined || fault.kind === 'transient')) {
      doubt = { until: endedAt + STALE_MS, before: news };
      if (fault === undefined) accepted = doubt;
    }
    if (told === undefined) continue;
    if (call === 'status') {
      if (accepted !== undefined && sentAt < accepted.until && tellsTheSame(told, accepted.before)) continue;
      if (doubt !== undefined && !tellsTheSame(told, doubt.before)) accepted ??= doubt;
    }
    news = told;
  }
  return news;
}

/** Whether the endpoint may have changed, during the run, for another reason than a restart of the run's own. */
function isDisturbed({ schedule, exchanges }: Run): boolean {
  const asked = exchanges.find(isRestart)?.sentAt ?? 0;
  const settled = (schedule.behaviour.before ?? []).reduce((sum, { forMs }) => sum + (forMs ?? 0), 0);
  return schedule.deeds.length > 0 || settled > (exchanges[0]?.arrivedAt ?? 0) || settled > asked;
}

function isRestart({ call }: Exchange): boolean {
  return call === 'restart';
}

function isGoodRead({ call, told }: Exchange): boolean {
  return call === 'status' && told !== undefined;
}

function isDoubtful({ call, fault }: Exchange): boolean {
  return call === 'restart' && fault?.kind === 'transient';
}

function isStale({ told, actual }: Exchange): boolean {
  return told !== undefined && actual !== undefined && !tellsTheSame(told, actual);
}

/** A 400 to a restart is an answer. */
function isTrouble({ call, fault }: Exchange): boolean {
  return fault !== undefined && !(call === 'restart' && fault.kind === 'bad-request');
}

function isGivenUp(fault: Exchange['fault']): boolean {
  return fault?.message === 'the request was given up';
}

function isPermanent(kind: string | undefined, call: Exchange['call']): boolean {
  return kind === 'permanent' || (call === 'status' && kind === 'bad-request');
}

function isDown(state: EndpointState | undefined): boolean {
  return state !== undefined && conditionOf(state.status) === 'down';
}

function isUp(state: EndpointState | undefined): boolean {
  return state?.status === 'RUNNING' || state?.status === 'SLEEPING';
}

function looksTheSame(one: EndpointState, other: EndpointState | undefined): boolean {
  return one.status === other?.status && one.phase === other.phase && one.errorCode === other.errorCode;
}
