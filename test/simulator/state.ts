/**
 * One endpoint as the service sees it: a state machine over a clock that the caller holds. It knows no HTTP and sets no
 * timer: what the endpoint is follows from the moment asked for, so that it runs on a virtual clock as well.
 */

/** One stretch of an endpoint's life. */
export interface TimelineStep {
  status: string;
  /** Default: null. */
  phase?: string | null;
  /** Default: null. */
  errorCode?: string | null;
  /** How long it lasts, in milliseconds. Absent: for ever. The last step of a timeline lasts for ever in any case. */
  forMs?: number;
}

/** How an endpoint starts and what its restarts do. */
export interface EndpointBehaviour {
  /** The status at the start. Default: FAILED. */
  status?: string;
  /** The phase at the start. Default: null. */
  phase?: string | null;
  /** The error code at the start. Default: null. */
  errorCode?: string | null;
  /** Plays from the moment of creation, in place of `status`, `phase` and `errorCode`. */
  before?: TimelineStep[];
  /**
   * What an accepted restart plays. A list of lists has one timeline for each accepted restart, and the last one is
   * repeated. Default: INITIALIZING in three phases of 50 ms each, then RUNNING.
   */
  afterRestart?: TimelineStep[] | TimelineStep[][];
  /** For so many milliseconds after an accepted restart, `read` still tells the state from before it. Default: 0. */
  staleMs?: number;
  /** The answer to an accepted restart is the state from before it, too. Default: false. */
  staleRestartAnswer?: boolean;
}

/** The API's status object, with every field present. */
export interface EndpointState {
  status: string;
  phase: string | null;
  errorCode: string | null;
  /** RFC 3339. When status, phase or error code last changed. */
  updatedAt: string;
  /** RFC 3339. Constant. */
  createdAt: string;
}

/** What became of a restart, and the status object that goes with it (when refused: the state that was the reason). */
export interface RestartResult {
  accepted: boolean;
  state: EndpointState;
}

/** One endpoint. Every moment is in milliseconds since 1970, and never goes back from one call to the next. */
export interface EndpointModel {
  /** What the status call tells at this moment: old news while a restart is younger than `staleMs`. */
  read(nowMs: number): EndpointState;
  /** What the endpoint really is at this moment. */
  actual(nowMs: number): EndpointState;
  /** Accepted only while the endpoint really is FAILED or TERMINATED. */
  restart(nowMs: number): RestartResult;
  /** Puts the endpoint into another state for ever (`forMs` counts for nothing here); `read` tells it at once. */
  set(step: TimelineStep, nowMs: number): void;
  readonly acceptedRestarts: number;
}

/** A step that has its place in time. */
interface Entry {
  status: string;
  phase: string | null;
  errorCode: string | null;
  fromMs: number;
  updatedMs: number;
}

const restartable: readonly string[] = ['FAILED', 'TERMINATED'];

/**
 * The way up: INITIALIZING in its three phases, then the end.
 *
 * @param phaseMs How long each phase lasts, in milliseconds.
 * @param end Where it leads to; default RUNNING.
 */
export function startUp(phaseMs: number, end: TimelineStep = { status: 'RUNNING' }): TimelineStep[] {
  const phases = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
  return [...phases.map((phase) => ({ status: 'INITIALIZING', phase, forMs: phaseMs })), end];
}

/**
 * An endpoint that was created at `createdMs` (milliseconds since 1970).
 *
 * @throws Error on a timeline that is empty or has a step that is never reached.
 */
export function createEndpointModel(behaviour: EndpointBehaviour, createdMs: number): EndpointModel {
  const restartTimelines = timelinesOf(behaviour.afterRestart ?? startUp(50));
  let timeline = layOut(checked(behaviour.before ?? [initialStep(behaviour)]), createdMs);
  let stale: { entry: Entry; untilMs: number } | undefined;
  let acceptedRestarts = 0;

  const stateOf = ({ status, phase, errorCode, updatedMs }: Entry): EndpointState => ({
    status,
    phase,
    errorCode,
    updatedAt: rfc3339(updatedMs),
    createdAt: rfc3339(createdMs),
  });

  function accept(before: Entry, nowMs: number): Entry {
    const steps = restartTimelines[acceptedRestarts] ?? restartTimelines.at(-1) ?? [];
    timeline = layOut(steps, nowMs, before);
    acceptedRestarts += 1;
    stale = { entry: before, untilMs: nowMs + (behaviour.staleMs ?? 0) };
    return behaviour.staleRestartAnswer ? before : entryAt(timeline, nowMs);
  }

  return {
    read: (nowMs) => stateOf(stale && nowMs < stale.untilMs ? stale.entry : entryAt(timeline, nowMs)),
    actual: (nowMs) => stateOf(entryAt(timeline, nowMs)),
    restart(nowMs) {
      const before = entryAt(timeline, nowMs);
      const accepted = restartable.includes(before.status);
      return { accepted, state: stateOf(accepted ? accept(before, nowMs) : before) };
    },
    set(step, nowMs) {
      timeline = layOut([step], nowMs, entryAt(timeline, nowMs));
      stale = undefined;
    },
    get acceptedRestarts() {
      return acceptedRestarts;
    },
  };
}

function initialStep({ status = 'FAILED', phase = null, errorCode = null }: EndpointBehaviour): TimelineStep {
  return { status, phase, errorCode };
}

function timelinesOf(afterRestart: TimelineStep[] | TimelineStep[][]): TimelineStep[][] {
  return (isOneTimeline(afterRestart) ? [afterRestart] : afterRestart).map(checked);
}

function isOneTimeline(afterRestart: TimelineStep[] | TimelineStep[][]): afterRestart is TimelineStep[] {
  return !Array.isArray(afterRestart[0]);
}

function checked(steps: TimelineStep[]): TimelineStep[] {
  if (steps.length === 0) throw new Error('A timeline needs at least one step.');
  const endless = steps.findIndex(({ forMs }) => forMs === undefined);
  if (endless >= 0 && endless < steps.length - 1) {
    throw new Error(
      `Step ${endless + 1} of a timeline lasts for ever (no forMs), so the next is never reached.`,
    );
  }
  return steps;
}

/** The steps, one after the other from `startMs` on; `before` is what the endpoint was until then. */
function layOut(steps: TimelineStep[], startMs: number, before?: Entry): Entry[] {
  const entries: Entry[] = [];
  let fromMs = startMs;
  for (const step of steps) {
    entries.push(entryAfter(entries.at(-1) ?? before, step, fromMs));
    fromMs += step.forMs ?? Number.POSITIVE_INFINITY;
  }
  return entries;
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

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
