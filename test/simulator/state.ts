/**
 * One endpoint as the service sees it: a state machine without HTTP and without timers. Its state follows from the
 * moment that the caller names, so it runs on a virtual clock as well.
 */

/** The calls that change an endpoint. */
export type Change = 'restart' | 'wake' | 'terminate' | 'update';

export interface TimelineStep {
  status: string;
  phase?: string | null;
  errorCode?: string | null;
  /** Milliseconds. Absent: for ever. The last step of a timeline lasts for ever in any case. */
  forMs?: number;
}

/** One timeline for every accepted call, or a list with one for each; the last one is repeated. */
export type Timelines = TimelineStep[] | TimelineStep[][];

export interface EndpointBehavior {
  /** At creation. Default: FAILED, null, null. */
  status?: string;
  phase?: string | null;
  errorCode?: string | null;
  /** Plays from creation on, in place of `status`, `phase` and `errorCode`. */
  before?: TimelineStep[];
  /** Default: INITIALIZING in three phases of 50 ms each, then RUNNING. */
  afterRestart?: Timelines;
  /** Default: AWAKING in three phases of 50 ms each, then RUNNING. */
  afterWake?: Timelines;
  /** Default: TERMINATING for 50 ms, then TERMINATED. */
  afterTerminate?: Timelines;
  /** Plays when a RUNNING endpoint is updated; in any other status an update changes the spec only. Default: `rollOut()`. */
  afterUpdate?: Timelines;
  /** For this many milliseconds after an accepted call, `read` still returns the state from before it. Default: 0. */
  staleMs?: number;
  /** The answer to an accepted call is the state from before it, too. Default: false. */
  staleRestartAnswer?: boolean;
  /** Milliseconds by which reads are late, one after the other in turn: replicas of a database. Default: none. */
  readLagsMs?: number[];
  /** Whether updatedAt is exact (the default), in whole seconds, stays as it was at creation, or is null. */
  updatedAt?: 'exact' | 'seconds' | 'frozen' | 'null';
}

/** The API's status object, with every field present; times as in RFC 3339. */
export interface EndpointState {
  status: string;
  phase: string | null;
  errorCode: string | null;
  /** When status, phase or error code last changed. */
  updatedAt: string | null;
  createdAt: string;
}

export type EndpointModel = ReturnType<typeof createEndpointModel>;

/** A step that has its place in time. */
interface Entry extends Pick<EndpointState, 'status' | 'phase' | 'errorCode'> {
  fromMs: number;
  updatedMs: number;
}

/** Friendli documents the conditions of restart and wake; those of the other two are assumptions. */
const ALLOWED: Record<Change, (status: string) => boolean> = {
  restart: (status) => status === 'FAILED' || status === 'TERMINATED',
  wake: (status) => status === 'SLEEPING',
  terminate: (status) => status !== 'TERMINATING' && status !== 'TERMINATED',
  update: () => true,
};

/** A start: three phases of INITIALIZING (or AWAKING) of `phaseMs` milliseconds each, then the end. */
export function startUp(
  phaseMs: number,
  end: TimelineStep = { status: 'RUNNING' },
  status = 'INITIALIZING',
): TimelineStep[] {
  const phases = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
  return [...phases.map((phase) => ({ status, phase, forMs: phaseMs })), end];
}

/** The effect of an update: still RUNNING for `lagMs` (default 0), UPDATING for `updatingMs` (default 50), then the end. */
export function rollOut(options: { lagMs?: number; updatingMs?: number; end?: TimelineStep } = {}) {
  const { lagMs = 0, updatingMs = 50, end = { status: 'RUNNING' } } = options;
  return [{ status: 'RUNNING', forMs: lagMs }, { status: 'UPDATING', forMs: updatingMs }, end];
}

/** Every moment is in milliseconds since 1970, and never goes back from one call to the next. */
export function createEndpointModel(behavior: EndpointBehavior, createdMs: number) {
  const { status = 'FAILED', phase = null, errorCode = null, staleMs = 0, readLagsMs = [0] } = behavior;
  const stop = [{ status: 'TERMINATING', forMs: 50 }, { status: 'TERMINATED' }];
  const scripts: Record<Change, Timelines> = {
    restart: behavior.afterRestart ?? startUp(50),
    wake: behavior.afterWake ?? startUp(50, { status: 'RUNNING' }, 'AWAKING'),
    terminate: behavior.afterTerminate ?? stop,
    update: behavior.afterUpdate ?? rollOut(),
  };
  /** How many calls were accepted. */
  const accepted: Record<Change, number> = { restart: 0, wake: 0, terminate: 0, update: 0 };
  let timeline = layOut(behavior.before ?? [{ status, phase, errorCode }], createdMs);
  let stale: { entry: Entry; untilMs: number } | undefined;
  let reads = 0;

  function stateOf({ fromMs: _, updatedMs: ms, ...entry }: Entry): EndpointState {
    const shownMs = { exact: ms, seconds: ms - (ms % 1_000), frozen: createdMs, null: null };
    const updatedMs = shownMs[behavior.updatedAt ?? 'exact'];
    const updatedAt = updatedMs === null ? null : new Date(updatedMs).toISOString();
    return { ...entry, updatedAt, createdAt: new Date(createdMs).toISOString() };
  }

  /** What the endpoint really is. */
  function actual(nowMs: number): EndpointState {
    return stateOf(entryAt(timeline, nowMs));
  }

  /** What the status call answers, stale or not. */
  function read(nowMs: number): EndpointState {
    const lagMs = readLagsMs[reads % readLagsMs.length] ?? 0;
    reads += 1;
    return stale && nowMs < stale.untilMs ? stateOf(stale.entry) : actual(nowMs - lagMs);
  }

  /** `state` goes with it: the new one, or the reason of the refusal. */
  function change(call: Change, nowMs: number): { accepted: boolean; state: EndpointState } {
    const before = entryAt(timeline, nowMs);
    if (!ALLOWED[call](before.status)) return { accepted: false, state: stateOf(before) };
    if (call !== 'update' || before.status === 'RUNNING') {
      // What is past stays, for reads that are late.
      const past = timeline.filter(({ fromMs }) => fromMs <= nowMs);
      timeline = [...past, ...layOut(timelineFor(scripts[call], accepted[call]), nowMs, past.at(-1))];
    }
    accepted[call] += 1;
    stale = { entry: before, untilMs: nowMs + staleMs };
    return { accepted: true, state: behavior.staleRestartAnswer ? stateOf(before) : actual(nowMs) };
  }

  /** Puts the endpoint into another state for ever (`forMs` is ignored); `read` returns it at once. */
  function set(step: TimelineStep, nowMs: number): void {
    // Without the past, so that no late read returns it.
    timeline = layOut([step], nowMs, entryAt(timeline, nowMs));
    stale = undefined;
  }

  return { read, actual, change, set, accepted };
}

function timelineFor(timelines: Timelines, index: number): TimelineStep[] {
  const isOne = (all: Timelines): all is TimelineStep[] => !Array.isArray(all[0]);
  return isOne(timelines) ? timelines : (timelines[index] ?? timelines.at(-1) ?? []);
}

/** The steps, one after the other from `startMs` on; `before` is what the endpoint was until then. */
function layOut(steps: TimelineStep[], startMs: number, before?: Entry): Entry[] {
  let fromMs = startMs;
  let last = before;
  return steps.map((step) => {
    if (fromMs === Number.POSITIVE_INFINITY)
      throw new Error(`${step.status} comes after a step without an end.`);
    last = entryAfter(last, step, fromMs);
    fromMs += step.forMs ?? Number.POSITIVE_INFINITY;
    return last;
  });
}

function entryAfter(last: Entry | undefined, step: TimelineStep, fromMs: number): Entry {
  const { status, phase = null, errorCode = null } = step;
  const same = last?.status === status && last.phase === phase && last.errorCode === errorCode;
  // Two changes within a millisecond still get two moments: whoever compares updatedAt must see each change.
  const changedMs = Math.max(Math.floor(fromMs), (last?.updatedMs ?? Number.NEGATIVE_INFINITY) + 1);
  return { status, phase, errorCode, fromMs, updatedMs: same ? last.updatedMs : changedMs };
}

function entryAt(timeline: Entry[], nowMs: number): Entry {
  const entry = timeline.findLast(({ fromMs }) => fromMs <= nowMs) ?? timeline[0];
  if (!entry) throw new Error('An endpoint without a timeline has no state.');
  return entry;
}
