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
  /** Milliseconds. Absent: forever. */
  forMs?: number;
}

/** One timeline for every accepted call, or a list with one for each; the last one is repeated. */
export type Timelines = TimelineStep[] | TimelineStep[][];

/** The state at creation (default: FAILED) and what happens then. `responds` (default: true) is for every step. */
export interface EndpointBehavior extends Partial<Omit<TimelineStep, 'forMs'>> {
  /** Plays from creation on, in place of `status`, `phase`, and `errorCode`. */
  before?: TimelineStep[];
  /** Default: INITIALIZING in three phases of 50 ms each, then RUNNING. */
  afterRestart?: Timelines;
  /** Default: AWAKING in three phases of 50 ms each, then RUNNING. */
  afterWake?: Timelines;
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

export type EndpointModel = ReturnType<typeof createEndpointModel>;

/** A step that has its place in time. */
interface Entry {
  state: { status: string; phase: string | null; errorCode: string | null };
  responds: boolean | undefined;
  fromMs: number;
  /** When the state last changed. */
  updatedMs: number;
}

/** Friendli documents the conditions of restart and wake; those of the other two are assumptions. */
const ALLOWED: Record<ControlCall, (status: string) => boolean> = {
  restart: (status) => status === 'FAILED' || status === 'TERMINATED',
  wake: (status) => status === 'SLEEPING',
  terminate: (status) => status !== 'TERMINATING' && status !== 'TERMINATED',
  update: () => true,
};

/** A start: three phases of INITIALIZING (or AWAKING) of `phaseMs` milliseconds each, then the end. */
export function startUp(phaseMs: number, end: TimelineStep = { status: 'RUNNING' }, status = 'INITIALIZING') {
  const phases = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
  return [...phases.map((phase): TimelineStep => ({ status, phase, forMs: phaseMs })), end];
}

/** The effect of an update: still RUNNING for `lagMs` milliseconds, UPDATING for `updatingMs`, then RUNNING again. */
export function rollOut({ lagMs = 0, updatingMs = 50 } = {}): TimelineStep[] {
  return [{ status: 'RUNNING', forMs: lagMs }, { status: 'UPDATING', forMs: updatingMs }, { status: 'RUNNING' }];
}

/** Every moment is in milliseconds since 1970, and never goes back from one call to the next. */
export function createEndpointModel(behavior: EndpointBehavior, createdMs: number) {
  const { staleMs = 0, readLagsMs = [0], replicas = 1, versions = 1 } = behavior;
  const effects: Record<ControlCall, Timelines> = {
    restart: behavior.afterRestart ?? startUp(50),
    wake: behavior.afterWake ?? startUp(50, { status: 'RUNNING' }, 'AWAKING'),
    terminate: [{ status: 'TERMINATING', forMs: 20_000 }, { status: 'TERMINATED' }],
    update: behavior.afterUpdate ?? rollOut(),
  };
  /** How many calls were accepted; a wake-up by an inference request counts. */
  const accepted: Record<ControlCall, number> = { restart: 0, wake: 0, terminate: 0, update: 0 };
  let timeline = layOut(behavior.before ?? [{ status: 'FAILED', ...behavior }], createdMs);
  let stale: { entry: Entry; untilMs: number } | undefined;
  let reads = 0;

  /** The API's status object, with every field present; times as in RFC 3339. */
  function shown({ state, updatedMs: ms }: Entry) {
    const updatedMs = { exact: ms, seconds: ms - (ms % 1_000), frozen: createdMs, null: null };
    const at = updatedMs[behavior.updatedAt ?? 'exact'];
    const updatedAt = at === null ? null : new Date(at).toISOString();
    return { ...state, updatedAt, createdAt: new Date(createdMs).toISOString() };
  }

  /** What the endpoint really is. */
  function actual(nowMs: number) {
    return shown(entryAt(timeline, nowMs));
  }

  /** What the status call returns, stale or not. */
  function read(nowMs: number) {
    const lagMs = readLagsMs[reads % readLagsMs.length] ?? 0;
    reads += 1;
    return stale && nowMs < stale.untilMs ? shown(stale.entry) : actual(nowMs - lagMs);
  }

  /** `state` is what the response shows, or the reason of the refusal. */
  function change(call: ControlCall, nowMs: number) {
    const before = entryAt(timeline, nowMs);
    if (!ALLOWED[call](before.state.status)) return { accepted: false, state: shown(before) };
    if (call !== 'update' || before.state.status === 'RUNNING') {
      // What is past stays, for reads that are late.
      const past = timeline.filter(({ fromMs }) => fromMs <= nowMs);
      timeline = [...past, ...layOut(timelineFor(effects[call], accepted[call]), nowMs, past.at(-1))];
    }
    accepted[call] += 1;
    stale = { entry: before, untilMs: nowMs + staleMs };
    return { accepted: true, state: behavior.staleRestartAnswer ? shown(before) : actual(nowMs) };
  }

  /** Sends an inference request, which wakes a sleeping endpoint. Returns whether it gets a response. */
  function infer(nowMs: number): boolean {
    change('wake', nowMs);
    const { state, responds = behavior.responds ?? true } = entryAt(timeline, nowMs);
    return responds && ['RUNNING', 'READY', 'UPDATING'].includes(state.status);
  }

  /** How far the newest version is rolled out, and the number of versions, as the API reports them. */
  function rollout(nowMs: number) {
    const isOld = accepted.update > 0 && (behavior.rollsBack || actual(nowMs).status === 'UPDATING');
    const updatedReplicaCnt = replicas !== null && isOld ? 0 : replicas;
    return { spec: { desiredReplicaCnt: replicas, updatedReplicaCnt }, versions: versions + accepted.update };
  }

  /** Puts the endpoint into another state forever (`forMs` is ignored); `read` returns it at once. */
  function set(step: TimelineStep, nowMs: number): void {
    // Without the past, so that no late read returns it.
    timeline = layOut([step], nowMs, entryAt(timeline, nowMs));
    stale = undefined;
  }

  return { read, actual, change, set, infer, rollout, accepted };
}

function timelineFor(timelines: Timelines, index: number): TimelineStep[] {
  const isOne = (all: Timelines): all is TimelineStep[] => !Array.isArray(all[0]);
  return isOne(timelines) ? timelines : (timelines[index] ?? timelines.at(-1) ?? []);
}

/** The steps, one after the other from `startMs` on; `last` is what the endpoint was until then. */
function layOut(steps: TimelineStep[], startMs: number, last?: Entry): Entry[] {
  let [fromMs, before] = [startMs, last];
  return steps.map(({ status, phase = null, errorCode = null, responds, forMs = Number.POSITIVE_INFINITY }) => {
    const { state, updatedMs = Number.NEGATIVE_INFINITY } = before ?? {};
    const isSame = state?.status === status && state.phase === phase && state.errorCode === errorCode;
    // Two changes within a millisecond get two times, so that anyone who compares updatedAt sees each change.
    const changedMs = Math.max(Math.floor(fromMs), updatedMs + 1);
    const entry = { state: { status, phase, errorCode }, responds, fromMs, updatedMs: isSame ? updatedMs : changedMs };
    fromMs += forMs;
    before = entry;
    return entry;
  });
}

function entryAt(timeline: Entry[], nowMs: number): Entry {
  const entry = timeline.findLast(({ fromMs }) => fromMs <= nowMs) ?? timeline[0];
  if (!entry) throw new Error('An endpoint without a timeline has no state.');
  return entry;
}
