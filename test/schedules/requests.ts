/** The restarts and wake-ups of a run, and what a later answer says about them (docs/behavior.md sections 4 and 5). */
import type { ApiError } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { ChangeRequest } from '../../src/run.js';
import { asked, type Range } from './pace.js';

/** `perhaps` where the page leaves open how an answer is to be read. */
export type Verdict = 'yes' | 'no' | 'perhaps';

interface Sent {
  readonly call: ChangeRequest;
  readonly sentAt: number;
  readonly before: EndpointState;
  readonly result: 'accepted' | 'ambiguous' | 'rejected';
  /** Absent where an acceptance was inferred. */
  readonly answer?: EndpointState;
}

const TWO_MINUTES = 120_000;
const TEN_MINUTES = 600_000;
const REJECTION_PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000];

export class Requests {
  restarts = 0;
  woken = false;
  /** Requests that can have been accepted, and nothing shows yet whether they were. */
  ambiguous: readonly Sent[] = [];
  /** Both a restart and a wake-up were ambiguous: the page does not say which of the two counts. */
  isMixed = false;
  /** Nothing is requested again until then: a rejection followed an ambiguous request. */
  silentUntil: Range | undefined;
  /** The first rejection without another status since, and how many there were. */
  rejections: (Record<'since' | 'count', number> & { call: ChangeRequest; isLimit: Verdict }) | undefined;
  private sent: readonly Sent[] = [];
  /** Whether another state was read since the last acceptance. */
  private otherSeen: Verdict = 'no';

  add(request: Omit<Sent, 'result'>, { kind, httpStatus = 0 }: ApiError): void {
    const { call, sentAt } = request;
    const isAmbiguous = kind === 'transient' && (httpStatus === 0 || httpStatus === 200 || httpStatus >= 500);
    const sent: Sent = { ...request, result: isAmbiguous ? 'ambiguous' : 'rejected' };
    this.sent = [...this.sent, sent];
    if (isAmbiguous) this.ambiguous = [...this.ambiguous, sent];
    this.isMixed ||= this.ambiguous.some((other) => other.call !== call);
    if (kind !== 'rejected') {
      this.relaxLimit();
      return;
    }
    const before = this.rejections?.call === call ? this.rejections : undefined;
    const { since = sentAt, count = 0, isLimit = 'yes' } = before ?? {};
    const isAfterDoubt = this.ambiguous.some((other) => other.call === call);
    this.rejections = { call, since, count: count + 1, isLimit: isAfterDoubt ? 'perhaps' : isLimit };
    const hi = sentAt + TWO_MINUTES;
    if (isAfterDoubt) this.silentUntil = { lo: this.silentUntil?.lo ?? (this.isMixed ? 0 : hi), hi };
  }

  /** @param answer absent for the last ambiguous one */
  accept(request: Omit<Sent, 'result'>): void {
    const others = this.sent.filter(({ sentAt }) => sentAt !== request.sentAt);
    this.sent = [...others, { ...request, result: 'accepted' }];
    if (request.call === 'restart') this.restarts += 1;
    else this.woken = true;
    this.ambiguous = this.ambiguous.filter(({ call }) => call !== request.call);
    this.otherSeen = request.answer ? 'no' : 'yes';
    this.silentUntil = this.rejections = undefined;
  }

  /** A state was read, and the run ignores it as stale or not. */
  afterRead(state: EndpointState, isIgnored: boolean): void {
    const accepted = this.lastAccepted();
    if (!accepted || isSame(state, accepted.before) || this.otherSeen === 'yes') return;
    this.otherSeen = isIgnored ? 'perhaps' : 'yes';
  }

  afterOtherStatus(): void {
    this.silentUntil = undefined;
    this.relaxLimit();
  }

  /** How long to pause after the last rejection: without jitter, and shorter for a last request before `lastRequestAt`. */
  rejectionPause(fault: ApiError, now: number, lastRequestAt: number): Range {
    const { since = now, count = 1, isLimit = 'yes' } = this.rejections ?? {};
    const pauseMs = REJECTION_PAUSES[count - 1] ?? 30_000;
    const untilLast = Math.max(0, Math.min(since + TWO_MINUTES, lastRequestAt) - 2_000 - now);
    const lo = Math.min(isLimit === 'yes' ? pauseMs : 1_000, untilLast);
    return { lo: Math.max(lo, asked(fault)), hi: Math.max(pauseMs, asked(fault)) };
  }

  /** Section 4, "Stale reads". */
  isStale(state: EndpointState, readAt: number): Verdict {
    const accepted = this.lastAccepted();
    const isSilent = this.silentUntil !== undefined && this.sent.some(({ before }) => isSame(state, before));
    let verdict: Verdict = isSilent ? 'perhaps' : 'no';
    for (const request of this.sent) {
      const { before, answer, result, sentAt } = request;
      const isWithin = (ms: number): boolean => readAt - sentAt < ms;
      if (isOlder(state, before) && isWithin(TEN_MINUTES)) {
        if (request === this.sent.at(-1) && result !== 'rejected') return 'yes';
        verdict = 'perhaps';
      }
      const isOldAnswer = answer && (isDown(answer) || answer.status === 'SLEEPING') && isSame(state, answer);
      if (result !== 'accepted' || !(isSame(state, before) || isOldAnswer)) continue;
      const isLong = request === accepted && state.updatedAt !== '' && isWithin(TEN_MINUTES);
      if (request === accepted && (isWithin(TWO_MINUTES) || (isLong && this.otherSeen === 'no')))
        return 'yes';
      if (isWithin(TWO_MINUTES) || (isLong && this.otherSeen === 'perhaps')) verdict = 'perhaps';
    }
    return verdict;
  }

  /** Section 5, "In doubt". */
  showsAcceptance(state: EndpointState, wait: boolean): Verdict {
    const lost = this.ambiguous.at(-1);
    if (!lost) return 'no';
    const { before } = this.sent.findLast(({ call }) => call === lost.call) ?? lost;
    const isExplained = (this.lastAccepted()?.sentAt ?? -1) > lost.sentAt;
    const starts = ['INITIALIZING', 'AWAKING', 'RUNNING', ...(wait ? ['READY'] : [])];
    if (starts.includes(state.status)) return isExplained || isOlder(state, before) ? 'perhaps' : 'yes';
    if (!this.silentUntil || isSame(state, before)) return 'no';
    const isSure = state.status !== before.status && this.silentUntil.hi >= lost.sentAt + TWO_MINUTES;
    return isSure ? 'yes' : 'perhaps';
  }

  private lastAccepted(): Sent | undefined {
    return this.sent.findLast(({ result }) => result === 'accepted');
  }

  /** Only rejections without anything between them must end after two minutes. */
  relaxLimit(): void {
    if (this.rejections) this.rejections = { ...this.rejections, isLimit: 'perhaps' };
  }
}

export function isDown(state: EndpointState | undefined): boolean {
  return state?.status === 'FAILED' || state?.status === 'TERMINATED';
}

function isSame(one: EndpointState, other: EndpointState): boolean {
  const fields = ({ status, errorCode, updatedAt }: EndpointState) => `${status}|${errorCode}|${updatedAt}`;
  return fields(one) === fields(other);
}

/** As far as both say when they were updated. */
function isOlder(one: EndpointState, other: EndpointState): boolean {
  return new Date(one.updatedAt) < new Date(other.updatedAt);
}
