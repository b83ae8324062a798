/**
 * One endpoint as the service sees it: a state machine without HTTP and without timers. Its state follows from the
 * moment that the caller names, so it runs on a virtual clock as well.
 */

/** What changes an endpoint. `terminate` is no call of openapi.yaml: a person does it in Friendli Suite. */
export type ControlCall = 'restart' | 'wake' | 'terminate' | 'update';

export interface TimelineStep {
  status: string;
  phase?: string | null;
  errorCode?: string | null;
  /** Whether an inference request gets a response while RUNNING, READY, or UPDATING. Default: as the endpoint. */
  responds?: boolean;
  /** Milliseconds. Absent: forever. The last step of a timeline lasts forever in any case. */
  forMs?: number;
}

/** One timeline for every accepted call, or a list with one for each; the last one is repeated. */
export type Timelines = TimelineStep[] | TimelineStep[][];

export interface EndpointBehavior {
  /** At creation. Default: FAILED, null, null. */
  status?: string;
  phase?: string | null;
  errorCode?: string | null;
  /** Default for each step: true. */
  responds?: boolean;
  /** Plays from creation on, in place of `status`, `phase`, and `errorCode`. */
  before?: TimelineStep[];
  /** Default: INITIALIZING in three phases of 50 ms each, then RUNNING. */
  afterRestart?: Timelines;
  /** Default: AWAKING in three phases of 50 ms each, then RUNNING. */
  afterWake?: Timelines;
  /** Default: TERMINATING for 50 ms, then TERMINATED. */
  afterTerminate?: Timelines;
  /** Plays when a RUNNING endpoint is updated; in any other status an update changes the spec only. Default: `rollOut()`. */
  afterUpdate?: Timelines;
  /** How many versions it has before the first update. Default: 1. */
  versions?: number;
  /** The desired number of replicas; null: the API does not report any counts. Default: 1. */
  replicas?: number | null;
  /** Whether updates are rolled back: the old version keeps running. Default: false. */
  rollsBack?: boolean;
  /** For this many milliseconds after an accepted call, `read` still returns the state from before it. Default: 0. */
  staleMs?: number;
  /** The response to an accepted call is the state from before it, too. Default: false. */
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
  responds: boolean | undefined;
  fromMs: number;
  updatedMs: number;
}

const SERVING = ['RUNNING', 'READY', 'UPDATING'];

/** Friendli documents the conditions of restart and wake; those of the other two are assumptions. */
const ALLOWED: Record<ControlCall, (status: string) => boolean> = {
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
  const scripts: Record<ControlCall, Timelines> = {
    restart: behavior.afterRestart ?? startUp(50),
    wake: behavior.afterWake ?? startUp(50, { status: 'RUNNING' }, 'AWAKING'),
    terminate: behavior.afterTerminate ?? stop,
    update: behavior.afterUpdate ?? rollOut(),
  };
  /** How many calls were accepted; a wake-up by an inference request counts. */
  const accepted: Record<ControlCall, number> = { restart: 0, wake: 0, terminate: 0, update: 0 };
  let timeline = layOut(behavior.before ?? [{ status, phase, errorCode }], createdMs);
  let stale: { entry: Entry; untilMs: number } | undefined;
  let reads = 0;

  function stateOf({ fromMs: _, responds: __, updatedMs: ms, ...entry }: Entry): EndpointState {
    const shownMs = { exact: ms, seconds: ms - (ms % 1_000), frozen: createdMs, null: null };
    const updatedMs = shownMs[behavior.updatedAt ?? 'exact'];
    const updatedAt = updatedMs === null ? null : new Date(updatedMs).toISOString();
    return { ...entry, updatedAt, createdAt: new Date(createdMs).toISOString() };
  }

  /** What the endpoint really is. */
  function actual(nowMs: number): EndpointState {
    return stateOf(entryAt(timeline, nowMs));
  }

  /** What the status call returns, stale or not. */
  function read(nowMs: number): EndpointState {
    const lagMs = readLagsMs[reads % readLagsMs.length] ?? 0;
    reads += 1;
    return stale && nowMs < stale.untilMs ? stateOf(stale.entry) : actual(nowMs - lagMs);
  }

  /** `state` goes with it: the new one, or the reason of the refusal. */
  function change(call: ControlCall, nowMs: number): { accepted: boolean; state: EndpointState } {
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

  /** Whether an inference request gets a response now. */
  function responds(nowMs: number): boolean {
    const { status, responds = behavior.responds ?? true } = entryAt(timeline, nowMs);
    return responds && SERVING.includes(status);
  }

  /** Sends an inference request, which wakes a sleeping endpoint. Returns whether it gets a response. */
  function infer(nowMs: number): boolean {
    change('wake', nowMs);
    return responds(nowMs);
  }

  /** How far the newest version is rolled out, and the number of versions, as the API reports them. */
  function rollout(nowMs: number) {
    const { replicas: desired = 1, rollsBack = false, versions = 1 } = behavior;
    const isOld = accepted.update > 0 && (rollsBack || actual(nowMs).status === 'UPDATING');
    const updated = desired !== null && isOld ? 0 : desired;
    return { desiredReplicaCnt: desired, updatedReplicaCnt: updated, versions: versions + accepted.update };
  }

  /** Puts the endpoint into another state forever (`forMs` is ignored); `read` returns it at once. */
  function set(step: TimelineStep, nowMs: number): void {
    // Without the past, so that no late read returns it.
    timeline = layOut([step], nowMs, entryAt(timeline, nowMs));
    stale = undefined;
  }

  return { read, actual, change, set, responds, infer, rollout, accepted };
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
    if (fromMs === Number.POSITIVE_INFINITY) throw new Error(`${step.status} comes after a step without an end.`);
    last = entryAfter(last, step, fromMs);
    fromMs += step.forMs ?? Number.POSITIVE_INFINITY;
    return last;
  });
}

function entryAfter(last: Entry | undefined, step: TimelineStep, fromMs: number): Entry {
  const { status, phase = null, errorCode = null, responds } = step;
  const same = last?.status === status && last.phase === phase && last.errorCode === errorCode;
  // Two changes within a millisecond get two times, so that anyone who compares updatedAt sees each change.
  const changedMs = Math.max(Math.floor(fromMs), (last?.updatedMs ?? Number.NEGATIVE_INFINITY) + 1);
  return { status, phase, errorCode, responds, fromMs, updatedMs: same ? last.updatedMs : changedMs };
}

function entryAt(timeline: Entry[], nowMs: number): Entry {
  const entry = timeline.findLast(({ fromMs }) => fromMs <= nowMs) ?? timeline[0];
  if (!entry) throw new Error('An endpoint without a timeline has no state.');
  return entry;
}
