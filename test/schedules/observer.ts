/**
 * Follows a run from outside, request by request, and knows what docs/behavior.md sections 4 and 5 permit next: which
 * request or which end, and when. What the page leaves open is permitted both ways; where it leaves open how an answer
 * is to be read, the run's own event decides.
 */
import type { ApiError } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { ChangeRequest, ErrorReason, Outcome, Policy, RunEvent } from '../../src/run.js';
import { Pace, type Range } from './pace.js';
import { isDown, Requests, type Verdict } from './requests.js';
import type { Exchange } from './service.js';

export interface Option {
  readonly next: Exchange['call'] | Outcome;
  readonly reason?: ErrorReason | undefined;
  readonly from: number;
  readonly to: number;
}

/** Timers are late by milliseconds, and fractions of one are rounded. */
export const TOLERANCE_MS = 5;
const TWO_MINUTES = 120_000;
const FINAL_POLL_LEAD = 2_000;
/** The error codes that section 7 calls not recoverable. */
const HOPELESS =
  /_(SETTINGS|INVALID_ARGUMENT|MANIFEST_NOT_FOUND|MANIFEST_TYPE|INVALID_TOKEN|CANNOT_ACCESS_REPO|INSUFFICIENT_DISK|MEMORY)_ERROR$/;

export function isRecoverable(errorCode: string): boolean {
  return !HOPELESS.test(errorCode);
}

type Shown = Pick<EndpointState, 'status' | 'errorCode'>;

export function isRestartable({ status, errorCode }: Shown, { restartOn }: Policy): boolean {
  const isCurable = status === 'FAILED' && restartOn.includes('RECOVERABLE') && isRecoverable(errorCode);
  return isCurable || restartOn.some((condition) => condition === status);
}

export class Observer {
  permitted: readonly Option[] = [{ next: 'read', from: 0, to: 0 }];
  /** What has been noticed to be wrong. */
  readonly complaints: string[] = [];
  first: EndpointState | undefined;
  last: EndpointState | undefined;
  readonly requests = new Requests();

  private readonly policy: Policy;
  private readonly pace: Pace;
  private now = 0;
  /** When the permanent faults in a row were sent; those of requests can count anew after another status. */
  private readonly permanents: Record<Exchange['call'], number[]> = { read: [], restart: [], wake: [] };
  private otherStatusAt = 0;
  private confirming: { readonly status: string; since: Range } | undefined;
  private retryAt: number | undefined;
  /** A wake-up was accepted, and the endpoint has not been seen awake since. */
  private isAwaited = false;
  /** Which request the last status could call for. */
  private due: ChangeRequest = 'restart';
  private runningSince: Range | undefined;
  private readySince: number | undefined;

  constructor(policy: Policy, jitter: number | undefined) {
    this.policy = { ...policy, wait: policy.wait && !policy.dryRun };
    this.pace = new Pace(policy.pollIntervalMs, jitter);
  }

  /** One request with its result, and the events that followed it. */
  take({ call, sentAt, endedAt, state, fault }: Exchange, events: readonly RunEvent[]): void {
    this.now = endedAt;
    const acceptances = events.filter(({ type }) => type === 'accepted');
    const isInferred = acceptances.some((event) => event.type === 'accepted' && event.inferred);
    if (acceptances.length !== Number((call !== 'read' && state !== undefined) || isInferred))
      this.complaints.push('An acceptance is reported that did not happen, or the other way round.');
    if (fault) this.permitted = this.afterFault(fault, call, sentAt);
    else if (state && call === 'read') {
      const isIgnored = events.some(({ type }) => type === 'stale-read');
      this.permitted = this.afterRead(state, sentAt, { isInferred, isIgnored });
    } else if (state && call !== 'read' && this.last) {
      this.accept({ call, sentAt, before: this.last, answer: state });
      this.permitted = this.policy.wait ? this.poll(state, this.last) : this.end(this.success);
      this.last = state;
    }
  }

  private get success(): Outcome {
    return this.requests.restarts > 0 ? 'restarted' : this.requests.woken ? 'woken' : 'not-needed';
  }

  /** When the run must be over. */
  private get deadline(): number {
    const { wait, timeoutMs } = this.policy;
    if (wait) return this.first ? timeoutMs : Math.min(timeoutMs, TWO_MINUTES);
    const lost = this.requests.ambiguous.at(-1);
    const isOpen = lost && !isDown(this.last) && !(this.last?.status === 'SLEEPING' && lost.call === 'wake');
    return isOpen ? Math.max(TWO_MINUTES, lost.sentAt + TWO_MINUTES) : TWO_MINUTES;
  }

  /** The latest moment for a restart or wake-up. */
  private get lastRequestAt(): number {
    const deadline = this.policy.wait ? this.policy.timeoutMs : TWO_MINUTES;
    return deadline - Math.min(5_000, deadline / 10);
  }

  private afterFault(fault: ApiError, call: Exchange['call'], sentAt: number): Option[] {
    const { now, requests } = this;
    this.permanents[call] = fault.kind === 'permanent' ? [...this.permanents[call], sentAt] : [];
    if (call === 'read') this.runningSince = undefined;
    else if (this.last) requests.add({ call, sentAt, before: this.last }, fault);
    if (fault.kind === 'rejected') {
      this.pace.afterRejection(call);
      const lastRequestAt = this.policy.wait ? Number.POSITIVE_INFINITY : this.lastRequestAt;
      const isOver = now >= (requests.rejections?.since ?? now) + TWO_MINUTES - TOLERANCE_MS;
      return [
        ...this.pause(requests.rejectionPause(fault, now, lastRequestAt)),
        ...(requests.silentUntil && this.last ? this.poll(this.last) : []),
        ...(isOver ? this.end('error', 'not-accepted') : []),
      ];
    }
    const backOff = this.pause(this.pace.afterFault(fault, call, this.last));
    if (fault.kind !== 'permanent') return backOff;
    const isEnough = ([first = 0, ...rest]: readonly number[]): boolean =>
      rest.length >= 2 && sentAt - first >= 30_000;
    const end = this.end('error', 'refused');
    if (!this.first || isEnough(this.permanents[call].filter((ms) => ms > this.otherStatusAt))) return end;
    return isEnough(this.permanents[call]) ? [...end, ...backOff] : backOff;
  }

  private afterRead(state: EndpointState, sentAt: number, run: Record<'isInferred' | 'isIgnored', boolean>) {
    const { requests, policy } = this;
    this.pace.afterSuccess('read');
    this.permanents.read = [];
    this.compare(`${JSON.stringify(state)} is stale`, requests.isStale(state, sentAt), run.isIgnored);
    requests.afterRead(state, run.isIgnored);
    if (run.isIgnored) {
      // The page does not say whether a stale read interrupts what is being counted.
      if (this.confirming) this.confirming.since = { ...this.confirming.since, hi: sentAt };
      if (this.runningSince) this.runningSince = { ...this.runningSince, hi: Number.POSITIVE_INFINITY };
      return this.poll(state, this.last ?? state);
    }
    const shows = requests.showsAcceptance(state, policy.wait);
    this.compare(`${JSON.stringify(state)} shows an acceptance`, shows, run.isInferred);
    const lost = requests.ambiguous.at(-1);
    if (run.isInferred && lost) this.accept(lost);
    if (state.status === 'SLEEPING' ? !policy.wake : !isRestartable(state, policy)) {
      requests.afterOtherStatus();
      this.pace.afterOtherStatus();
      this.otherStatusAt = this.now;
    }
    const due = state.status === 'SLEEPING' ? 'wake' : 'restart';
    if (due !== this.due) {
      requests.relaxLimit();
      this.pace.afterOtherStatus();
    }
    this.due = due;
    if (['INITIALIZING', 'AWAKING', 'UPDATING', 'RUNNING', 'READY'].includes(state.status))
      this.isAwaited = false;
    this.first ??= state;
    this.last = state;
    return policy.dryRun ? this.end('dry-run') : this.table(state, sentAt);
  }

  private compare(sentence: string, expected: Verdict, actual: boolean): void {
    if (expected === 'perhaps' || actual === (expected === 'yes')) return;
    this.complaints.push(`At ${this.now}, ${sentence}: ${expected}; the run takes it otherwise.`);
  }

  private accept(request: Parameters<Requests['accept']>[0]): void {
    this.isAwaited = request.call === 'wake';
    this.requests.accept(request);
    this.pace.afterSuccess(request.call);
    this.permanents[request.call] = [];
    this.confirming = this.retryAt = this.runningSince = this.readySince = undefined;
  }

  /** The table of section 4. */
  private table(state: EndpointState, sentAt: number): Option[] {
    const { status } = state;
    const { wait, wake, stableForMs } = this.policy;
    const poll = this.poll(state);
    const up = this.end(this.success);
    const { restarts, woken, ambiguous, isMixed } = this.requests;
    if (status !== 'RUNNING') this.runningSince = undefined;
    if (status !== 'READY') this.readySince = undefined;
    if (isDown(state)) return this.down(state, sentAt);
    this.confirming = this.retryAt = undefined;
    if (status === 'RUNNING') return wait ? this.stabilize(state, sentAt) : up;
    // Without `wait`, a status that leaves open whether a request was accepted is read again.
    const isOpen = !wait && ambiguous.length > 0;
    if (status === 'SLEEPING') {
      if (this.isAwaited) return poll;
      const request = wake && !woken ? this.request('wake', state) : [];
      if (isOpen || request.length > 0) return [...request, ...(isOpen ? poll : [])];
      return [...up, ...(stableForMs > 0 ? poll : [])];
    }
    if (isOpen) return [...poll, ...(isMixed && this.success !== 'not-needed' ? up : [])];
    if (status === 'READY') {
      if (!wait || this.success === 'not-needed') return up;
      this.readySince ??= sentAt;
      const isUp = sentAt - this.readySince >= TWO_MINUTES;
      return [...(isUp || restarts === 0 ? up : []), ...(isUp && stableForMs === 0 ? [] : poll)];
    }
    if (wait) return poll;
    if (['INITIALIZING', 'AWAKING', 'UPDATING'].includes(status)) return up;
    const reason = ['STOPPING', 'TERMINATING'].includes(status) ? 'stopping' : 'unknown-status';
    return [...(this.success === 'not-needed' ? [] : up), ...this.end('error', reason)];
  }

  private stabilize(state: EndpointState, sentAt: number): Option[] {
    const { lo, hi } = this.runningSince ?? { lo: sentAt, hi: sentAt };
    this.runningSince = { lo, hi: Math.min(hi, sentAt) };
    const { stableForMs } = this.policy;
    const missing = { lo: stableForMs - (sentAt - lo), hi: stableForMs - (sentAt - this.runningSince.hi) };
    const poll = this.pace.poll(state);
    const again = this.pause({ lo: Math.min(poll.lo, Math.max(0, missing.lo)), hi: poll.hi });
    return [...(missing.lo <= 0 ? this.end(this.success) : []), ...(missing.hi > 0 ? again : [])];
  }

  private down(state: EndpointState, sentAt: number): Option[] {
    const { attempts, restartOn, wait } = this.policy;
    const { restarts, woken } = this.requests;
    const isListed = isRestartable(state, this.policy);
    const failed = (): Option[] => this.end('failed');
    if (restarts === 0) {
      if (isListed) return this.request('restart', state);
      if (woken) return this.confirm(state, sentAt, failed);
      const isHopeless = state.status === 'FAILED' && restartOn.includes('RECOVERABLE');
      return this.end(isHopeless ? 'not-recoverable' : 'not-needed');
    }
    const isCurable = state.status === 'FAILED' && isRecoverable(state.errorCode);
    const isRetried = isListed && isCurable && restarts < attempts;
    if (!wait) return [...this.confirm(state, sentAt, failed), ...failed(), ...this.end('restarted')];
    return this.confirm(state, sentAt, () => {
      if (!isRetried) return failed();
      this.retryAt ??= this.now + 30_000 * 2 ** (restarts - 1);
      const leftMs = this.retryAt - this.now;
      return leftMs > TOLERANCE_MS ? this.pause({ lo: leftMs, hi: leftMs }) : this.request('restart', state);
    });
  }

  /** A failure is believed on the second look, some time after the first. */
  private confirm({ status }: EndpointState, sentAt: number, then: () => Option[]): Option[] {
    const pause = this.pace.confirm();
    const since = this.confirming?.status === status ? this.confirming.since : undefined;
    if (since && sentAt >= since.hi + pause.lo) return then();
    this.confirming = { status, since: since ?? { lo: sentAt, hi: this.now } };
    if (!since) return this.pause(pause);
    const again = this.pause({ lo: Math.max(0, since.lo + pause.lo - this.now), hi: pause.hi });
    return sentAt >= since.lo + pause.lo - TOLERANCE_MS ? [...then(), ...again] : again;
  }

  /** A restart or wake-up is due now, unless something keeps it back. */
  private request(next: ChangeRequest, state: EndpointState): Option[] {
    const { now, lastRequestAt } = this;
    const { silentUntil } = this.requests;
    const rejections = this.requests.rejections?.call === next ? this.requests.rejections : undefined;
    const sinceLimitMs = rejections ? now - rejections.since - TWO_MINUTES : Number.NEGATIVE_INFINITY;
    const isOver = sinceLimitMs > TOLERANCE_MS && rejections?.isLimit === 'yes';
    const isKeptBack = isOver || now > lastRequestAt || (silentUntil && now < silentUntil.lo);
    const untilDeadline = { lo: this.pace.poll(state).lo, hi: TWO_MINUTES };
    return [
      ...(isKeptBack ? [] : [{ next, from: now, to: now }]),
      // An answer counts by when its request was sent.
      ...(silentUntil && now <= silentUntil.hi + 30_000 ? this.poll(state) : []),
      ...(sinceLimitMs >= -TOLERANCE_MS ? this.end('error', 'not-accepted') : []),
      ...(now >= lastRequestAt - TOLERANCE_MS ? this.pause(untilDeadline) : []),
    ];
  }

  private poll(...states: readonly EndpointState[]): Option[] {
    return this.pause(this.pace.poll(...states));
  }

  private end(next: Outcome, reason?: ErrorReason): Option[] {
    return [{ next, reason, from: this.now, to: this.now }];
  }

  /** The next read comes after a pause, cut short for a last look before the deadline; or the deadline comes first. */
  private pause({ lo, hi }: Range): Option[] {
    const { deadline, now } = this;
    const leftMs = Math.max(0, deadline - now);
    const longest = leftMs > FINAL_POLL_LEAD ? leftMs - FINAL_POLL_LEAD : leftMs;
    const [from, to] = [now + Math.min(lo, longest), now + Math.min(hi, longest)];
    const next = this.policy.wait && deadline === this.policy.timeoutMs ? 'timed-out' : 'error';
    const over = { next, from: deadline, to: Math.max(deadline, now) } as const;
    const read = { next: 'read', from, to } as const;
    return [...(from < deadline ? [read] : []), ...(to >= deadline - TOLERANCE_MS ? [over] : [])];
  }
}
