import type { Clock } from './clock.js';
import { conditionOf, type EndpointState, type RestartableStatus, tellsTheSame } from './endpoint.js';
import { ApiError } from './fault.js';
import { backOffMs, pauseBeforeDeadlineMs, pollPauseMs, retryAfterMs } from './polling.js';

/** The total time of one request, in milliseconds (behaviour.md section 5). */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long transient faults are borne while nothing was ever answered, and in all without `wait`, in milliseconds. */
const PATIENCE_MS = 120_000;
/** For so long after an accepted restart the state from before it may still be answered, in milliseconds. */
const STALE_MS = 60_000;
/** How often the restart is asked for at the most. */
const MOST_RESTART_REQUESTS = 5;
/** So many permanent faults in a row are believed once the API has given a good answer. */
const PERMANENT_FAULTS_BELIEVED = 3;
/** A line is due when nothing has changed for so long, in milliseconds (behaviour.md section 6). */
const HEARTBEAT_MS = 60_000;

/** The API for one endpoint, as the loop needs it; see FriendliClient. Both calls throw ApiError and nothing else. */
export interface EndpointClient {
  getStatus(limits: { timeoutMs: number; signal: AbortSignal }): Promise<EndpointState>;
  restart(limits: { timeoutMs: number; signal: AbortSignal }): Promise<EndpointState | undefined>;
}

/** What happens on the way. `atMs` counts milliseconds from the start of the run. */
export type RestartEvent = RestartEventBody & { readonly atMs: number };

type RestartEventBody =
  | { readonly type: 'seen'; readonly state: EndpointState }
  | {
      readonly type: 'heartbeat';
      readonly state: EndpointState | undefined;
      readonly unchangedMs: number;
      readonly inTrouble: boolean;
    }
  | { readonly type: 'restart-accepted'; readonly inferred: boolean }
  | { readonly type: 'restart-refused'; readonly fault: ApiError }
  | { readonly type: 'trouble'; readonly call: 'status' | 'restart'; readonly fault: ApiError }
  | { readonly type: 'recovered'; readonly troubleMs: number }
  | { readonly type: 'paused'; readonly forMs: number; readonly why: 'poll' | 'fault' | 'stale' };

export interface RestartOptions {
  readonly client: EndpointClient;
  readonly clock: Clock;
  readonly listener: (event: RestartEvent) => void;
  /** Ends the run as `cancelled`. */
  readonly signal: AbortSignal;
  /** Go on until the endpoint is up. */
  readonly wait: boolean;
  /** The longest that `wait` waits, in milliseconds. */
  readonly timeoutMs: number;
  /** A fixed pause between polls in milliseconds; absent for the adaptive one. */
  readonly pollIntervalMs?: number | undefined;
  /** The statuses that are restarted. */
  readonly restartOn: readonly RestartableStatus[];
}

/** See behaviour.md section 3. */
export type Outcome = 'restarted' | 'not-needed' | 'failed' | 'timed-out' | 'cancelled' | 'error';

/** Why a run ends with the outcome `error`. */
export type ErrorReason =
  /** STOPPING or TERMINATING, and nobody waits for TERMINATED. */
  | 'stopping'
  /** A status from which nothing follows, and nobody waits for another. */
  | 'unknown-status'
  /** The API answers with a permanent fault. */
  | 'refused'
  /** Nothing but transient faults for too long. */
  | 'unreachable'
  /** The restart was asked for five times and never accepted. */
  | 'restart-not-accepted';

/** How a run ended. Times count milliseconds from its start. */
export interface RestartResult {
  readonly outcome: Outcome;
  readonly reason?: ErrorReason | undefined;
  /** The last state seen. */
  readonly state: EndpointState | undefined;
  /** The first state seen, before any restart. */
  readonly previous: EndpointState | undefined;
  /** Whether the API accepted a restart from this run. */
  readonly restarted: boolean;
  /** A restart was asked for, and whether it was accepted will never be known. */
  readonly restartInDoubt: boolean;
  /** The fault that ended the run, or that kept the endpoint from being observed at its end. */
  readonly fault: ApiError | undefined;
  /** Since when the endpoint could not be observed; absent when the last read succeeded. */
  readonly unobservedSinceMs: number | undefined;
  readonly elapsedMs: number;
}

type Step =
  | { readonly type: 'restart' }
  | { readonly type: 'go-on' }
  | { readonly type: 'end'; readonly outcome: Outcome; readonly reason?: ErrorReason };

/**
 * What to do about a state: the table of behaviour.md section 4.
 *
 * @param status the status just read
 * @param restarted whether the API has already accepted a restart from this run
 */
export function nextStep(
  status: string,
  options: { readonly restarted: boolean; readonly wait: boolean; readonly restartOn: readonly string[] },
): Step {
  const { restarted, wait, restartOn } = options;
  const condition = conditionOf(status);
  if (condition === 'down') {
    if (restarted) return { type: 'end', outcome: 'failed' };
    return restartOn.includes(status) ? { type: 'restart' } : { type: 'end', outcome: 'not-needed' };
  }
  if (condition === 'up' || condition === 'asleep') {
    return { type: 'end', outcome: restarted ? 'restarted' : 'not-needed' };
  }
  if (condition === 'ready' && !restarted) return { type: 'end', outcome: 'not-needed' };
  if (wait) return { type: 'go-on' };
  if (restarted) return { type: 'end', outcome: 'restarted' };
  if (condition === 'stopping') return { type: 'end', outcome: 'error', reason: 'stopping' };
  if (condition === 'unknown') return { type: 'end', outcome: 'error', reason: 'unknown-status' };
  return { type: 'end', outcome: 'not-needed' };
}

/**
 * Restarts the endpoint if it needs it and, with `wait`, follows it until it is up (behaviour.md sections 4 and 5).
 * Reads before it writes, has at most one restart accepted, and ends by the deadline.
 *
 * @returns how it ended; every fault of the API is part of the result
 * @throws whatever the listener throws, or a client that breaks its contract
 */
export async function restartEndpoint(options: RestartOptions): Promise<RestartResult> {
  return await new Run(options).follow();
}

type Ending = {
  readonly type: 'end';
  readonly outcome: Outcome;
  readonly reason?: ErrorReason;
  readonly fault?: ApiError | undefined;
};
type Pause = { readonly type: 'pause'; readonly forMs: number; readonly why: 'poll' | 'fault' | 'stale' };

/** A restart that was accepted, or may have been: by when, and the state read before it. */
interface Asked {
  readonly at: number;
  readonly before: EndpointState;
}

/** Reading the status fails, since when, how lately, and how often in a row. */
interface Trouble {
  readonly since: number;
  readonly fault: ApiError;
  readonly faults: number;
}

class Run {
  private readonly options: RestartOptions;
  private readonly startedAt: number;
  private readonly deadline: number;

  private first: EndpointState | undefined;
  private last: EndpointState | undefined;
  private lastChangeAt: number;
  private lastLineAt: number;

  private accepted: Asked | undefined;
  /** The last restart whose answer got lost, so that it may have been accepted. */
  private doubtful: Asked | undefined;
  private restartRequests = 0;
  private restartFault: ApiError | undefined;

  private trouble: Trouble | undefined;
  private permanentReads = 0;
  private permanentRestarts = 0;
  private rateLimits = 0;

  constructor(options: RestartOptions) {
    this.options = options;
    this.startedAt = options.clock.now();
    this.deadline = this.startedAt + (options.wait ? options.timeoutMs : PATIENCE_MS);
    this.lastChangeAt = this.startedAt;
    this.lastLineAt = this.startedAt;
  }

  async follow(): Promise<RestartResult> {
    for (;;) {
      const next = await this.lookAndAct();
      if (next.type === 'end') return this.result(next);
      await this.pause(next);
      if (this.options.signal.aborted) return this.result({ type: 'end', outcome: 'cancelled' });
      if (this.leftMs() <= 0) return this.result(this.outOfTime());
    }
  }

  /** One look at the endpoint, and what follows from it. */
  private async lookAndAct(): Promise<Ending | Pause> {
    const { client, wait, restartOn } = this.options;
    const lookedAt = this.now();
    const state = await this.attempt((limits) => client.getStatus(limits));
    if (state instanceof ApiError) return this.afterFailedRead(state, lookedAt);
    this.afterGoodRead();
    if (this.isStale(state, lookedAt)) return this.pollPause(this.last ?? state, 'stale');

    this.settleDoubt(state);
    this.note(state);
    const step = nextStep(state.status, { restarted: this.accepted !== undefined, wait, restartOn });
    if (step.type === 'end') return step;
    return step.type === 'restart' ? await this.askForRestart(state, lookedAt) : this.pollPause(state);
  }

  private async askForRestart(before: EndpointState, lookedAt: number): Promise<Ending | Pause> {
    const { client, wait, signal } = this.options;
    if (signal.aborted) return { type: 'end', outcome: 'cancelled' };
    if (this.leftMs() <= 0) return this.outOfTime();
    if (this.isRefusedAfterDoubt(lookedAt)) return this.pollPause(before, 'stale');
    if (this.restartRequests === MOST_RESTART_REQUESTS) {
      return { type: 'end', outcome: 'error', reason: 'restart-not-accepted', fault: this.restartFault };
    }

    this.restartRequests += 1;
    const answer = await this.attempt((limits) => client.restart(limits));
    if (answer instanceof ApiError) return this.afterFailedRestart(answer, before);
    this.accepted = { at: this.now(), before };
    this.tell({ type: 'restart-accepted', inferred: false });
    if (answer !== undefined) this.note(answer);
    return wait ? this.pollPause(answer ?? before) : { type: 'end', outcome: 'restarted' };
  }

  private afterFailedRead(fault: ApiError, lookedAt: number): Ending | Pause {
    if (this.options.signal.aborted) return { type: 'end', outcome: 'cancelled' };
    const isNew = this.trouble === undefined;
    const faults = (this.trouble?.faults ?? 0) + 1;
    this.trouble = { since: this.trouble?.since ?? lookedAt, fault, faults };

    this.permanentReads = isPermanent(fault) ? this.permanentReads + 1 : 0;
    const believed = this.first === undefined ? 1 : PERMANENT_FAULTS_BELIEVED;
    if (this.permanentReads >= believed) return { type: 'end', outcome: 'error', reason: 'refused', fault };

    if (isNew && this.leftMs() > 0) this.tell({ type: 'trouble', call: 'status', fault });
    return this.faultPause(fault, faults);
  }

  private afterGoodRead(): void {
    this.permanentReads = 0;
    if (this.trouble === undefined) return;
    this.tell({ type: 'recovered', troubleMs: this.now() - this.trouble.since });
    this.trouble = undefined;
  }

  private afterFailedRestart(fault: ApiError, before: EndpointState): Ending | Pause {
    if (fault.kind === 'transient') this.doubtful = { at: this.now(), before };
    if (this.options.signal.aborted) return { type: 'end', outcome: 'cancelled' };
    const isNew = this.restartFault === undefined || this.restartFault.kind === 'bad-request';
    this.restartFault = fault;

    this.permanentRestarts = fault.kind === 'permanent' ? this.permanentRestarts + 1 : 0;
    if (this.permanentRestarts >= PERMANENT_FAULTS_BELIEVED) {
      return { type: 'end', outcome: 'error', reason: 'refused', fault };
    }

    if (fault.kind === 'bad-request') this.tell({ type: 'restart-refused', fault });
    else if (isNew && this.leftMs() > 0) this.tell({ type: 'trouble', call: 'restart', fault });
    return this.faultPause(fault, this.restartRequests);
  }

  /**
   * A 400 that follows a lost answer says that the lost restart was accepted; a state from before it is then stale
   * for as long as after any accepted restart, and no reason to ask again.
   */
  private isRefusedAfterDoubt(lookedAt: number): boolean {
    return (
      this.doubtful !== undefined &&
      this.restartFault?.kind === 'bad-request' &&
      lookedAt - this.doubtful.at < STALE_MS
    );
  }

  /** A state other than the one before a restart whose answer got lost: the restart was accepted. */
  private settleDoubt(state: EndpointState): void {
    if (this.accepted !== undefined || this.doubtful === undefined) return;
    if (tellsTheSame(state, this.doubtful.before)) return;
    this.accepted = this.doubtful;
    this.tell({ type: 'restart-accepted', inferred: true });
  }

  /** @param lookedAt when the read was sent: a slow answer may be as old as that */
  private isStale(state: EndpointState, lookedAt: number): boolean {
    return (
      this.accepted !== undefined &&
      lookedAt - this.accepted.at < STALE_MS &&
      tellsTheSame(state, this.accepted.before)
    );
  }

  private note(state: EndpointState): void {
    const { last } = this;
    this.first ??= state;
    this.last = state;
    if (last?.status === state.status && last.phase === state.phase && last.errorCode === state.errorCode)
      return;
    this.lastChangeAt = this.now();
    this.tell({ type: 'seen', state });
  }

  /** Sends one request within the time that is left. An ApiError comes back as a value. */
  private async attempt<T>(
    send: (limits: { timeoutMs: number; signal: AbortSignal }) => Promise<T>,
  ): Promise<T | ApiError> {
    const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, this.leftMs());
    try {
      return await send({ timeoutMs, signal: this.options.signal });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind === 'rate-limited') this.rateLimits += 1;
      return error;
    }
  }

  private pollPause(state: EndpointState, why: 'poll' | 'stale' = 'poll'): Pause {
    const { pollIntervalMs } = this.options;
    const pauseMs = pollPauseMs(state, { pollIntervalMs, rateLimits: this.rateLimits });
    return { type: 'pause', forMs: pauseBeforeDeadlineMs({ pauseMs, leftMs: this.leftMs() }), why };
  }

  private faultPause(fault: ApiError, faults: number): Pause {
    const { clock } = this.options;
    const askedForMs = retryAfterMs(fault.retryAfter, clock.date());
    // A 400 is an answer, not congestion. Without jitter five of them take 31 s, time for most stale reads to pass.
    const random = fault.kind === 'bad-request' ? 1 : clock.random();
    const pauseMs = backOffMs({ faults, random, askedForMs });
    const leftMs = this.leftMs();
    // What the server asked for is not shortened for a last look.
    const forMs =
      askedForMs === undefined ? pauseBeforeDeadlineMs({ pauseMs, leftMs }) : Math.min(pauseMs, leftMs);
    return { type: 'pause', forMs, why: 'fault' };
  }

  /** Sleeps, with a heartbeat whenever nothing was told for a minute. */
  private async pause({ forMs, why }: Pause): Promise<void> {
    const { clock, signal } = this.options;
    this.tell({ type: 'paused', forMs, why });
    const until = this.now() + forMs;
    while (!signal.aborted && this.now() < until) {
      await clock.sleep(Math.max(0, Math.min(until, this.lastLineAt + HEARTBEAT_MS) - this.now()), signal);
      if (this.now() - this.lastLineAt < HEARTBEAT_MS) continue;
      this.tell({
        type: 'heartbeat',
        state: this.last,
        unchangedMs: this.now() - this.lastChangeAt,
        inTrouble: this.trouble !== undefined,
      });
    }
  }

  private outOfTime(): Ending {
    const isDown = conditionOf(this.last?.status ?? '') === 'down';
    const fault = this.trouble?.fault ?? (isDown ? this.restartFault : undefined);
    if (this.options.wait && this.now() >= this.deadline) return { type: 'end', outcome: 'timed-out', fault };
    return { type: 'end', outcome: 'error', reason: 'unreachable', fault };
  }

  private result({ outcome, reason, fault }: Ending): RestartResult {
    return {
      outcome,
      reason,
      state: this.last,
      previous: this.first,
      restarted: this.accepted !== undefined,
      restartInDoubt: this.accepted === undefined && this.doubtful !== undefined,
      fault,
      unobservedSinceMs: this.trouble === undefined ? undefined : this.trouble.since - this.startedAt,
      elapsedMs: this.now() - this.startedAt,
    };
  }

  private tell(event: RestartEventBody): void {
    if (event.type !== 'paused') this.lastLineAt = this.now();
    this.options.listener({ ...event, atMs: this.now() - this.startedAt });
  }

  private now(): number {
    return this.options.clock.now();
  }

  /** The time until the run gives up, in milliseconds. */
  private leftMs(): number {
    const giveUpAt =
      this.first === undefined ? Math.min(this.deadline, this.startedAt + PATIENCE_MS) : this.deadline;
    return Math.max(0, giveUpAt - this.now());
  }
}

function isPermanent(fault: ApiError): boolean {
  return fault.kind === 'permanent' || fault.kind === 'bad-request';
}
