/** What there is to report about a step: the difference between two states of a run, and the pause that follows. */
import { hasSameLabel } from './endpoint.js';
import type { ApiCall, RunEventBody } from './run.js';
import { heldUntil, isWaiting, type RunState, restartCount, type Step } from './state.js';

const CALLS: readonly ApiCall[] = ['read', 'restart', 'wake', 'probe'];

/**
 * @param before the state of the run before the step
 * @param now milliseconds on the run's clock
 */
export function eventsBetween(before: RunState, { run, command }: Step, now: number): readonly RunEventBody[] {
  const events: (RunEventBody | undefined)[] = [
    ...CALLS.map((call) => recovered(before, run, call, now)),
    acceptance(before, run),
    run.last === undefined || hasSameLabel(run.last, before.last) ? undefined : { type: 'observed', state: run.last },
    stabilizing(before, run),
    ...CALLS.map((call) => failure(before, run, call)),
    heldBack(before, run, now),
    run.nextAttemptAt === undefined || before.nextAttemptAt !== undefined
      ? undefined
      : { type: 'restart-scheduled', attempt: restartCount(run) + 1, inMs: run.nextAttemptAt - now },
    run.respondedAt === undefined || run.policy.probe === undefined
      ? undefined
      : { type: 'responded', probe: run.policy.probe },
    command.type === 'pause' ? { type: 'paused', forMs: command.forMs, why: command.why } : undefined,
  ];
  return events.filter((event) => event !== undefined);
}

function recovered(before: RunState, run: RunState, call: ApiCall, now: number): RunEventBody | undefined {
  const outage = before.outages[call];
  if (outage?.isReported !== true || run.outages[call] !== undefined) return undefined;
  return { type: 'recovered', call, outageMs: now - outage.since };
}

function acceptance(before: RunState, run: RunState): RunEventBody | undefined {
  const request = run.accepted.at(-1);
  if (request === undefined || run.accepted.length === before.accepted.length) return undefined;
  const { kind, fault } = request;
  const attempt = kind === 'restart' ? restartCount(run) : 1;
  return { type: 'accepted', request: kind, attempt, isInferred: fault !== undefined };
}

function stabilizing(before: RunState, run: RunState): RunEventBody | undefined {
  const { stableForMs } = run.policy;
  if (!isWaiting(run) || stableForMs === 0 || run.lastRead?.state.status !== 'RUNNING') return undefined;
  const isContinued = before.lastRead !== undefined && run.steadySince === before.steadySince;
  return isContinued ? undefined : { type: 'stabilizing', forMs: stableForMs };
}

function failure(before: RunState, run: RunState, call: ApiCall): RunEventBody | undefined {
  const outage = run.outages[call];
  const earlier = before.outages[call];
  if (outage === undefined || outage.faults === earlier?.faults) return undefined;
  const { fault, faults: count, isReported } = outage;
  return { type: 'fault', call, fault, count, isWarning: isReported && earlier?.isReported !== true };
}

function heldBack(before: RunState, run: RunState, now: number): RunEventBody | undefined {
  const { ambiguous } = run;
  if (ambiguous?.rejected === undefined || before.ambiguous?.rejected === ambiguous.rejected) return undefined;
  return { type: 'held-back', request: ambiguous.kind, forMs: heldUntil(run, ambiguous.kind) - now };
}
