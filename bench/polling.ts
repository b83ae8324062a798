/** Polling policies over a grid of start-ups, in virtual time: how late each notices RUNNING, and what it asks for that. */
import { pollPauseMs } from '../src/backoff.js';
import type { EndpointState } from '../src/endpoint.js';
import { mean, renderTable } from './table.js';

const VIRTUAL_MACHINE_S = [30, 120];
const DOWNLOAD_S = [60, 300, 1_200];
const ENGINE_S = [15, 60, 180];
/**
 * In each cell, the moment of RUNNING is spread evenly over a minute, which every fixed pause divides: so each policy
 * meets it at every distance from its polls.
 */
const SPREAD_S = 60;
const MOMENTS = 480;

/** How long to pause before the next poll, in milliseconds. */
type Policy = (state: EndpointState) => number;

const POLICIES: readonly (readonly [name: string, policy: Policy])[] = [
  ['this action', (state) => pollPauseMs(state, { slowdowns: 0 })],
  ['fixed 5 s (huggingface_hub, deploy-pages)', () => 5_000],
  ['fixed 10 s (render-deploy)', () => 10_000],
  ['fixed 15 s (ECS deploy, as recommended)', () => 15_000],
  ['fixed 30 s (botocore, SageMaker)', () => 30_000],
];

/** Plays and renders all policies. */
export function pollingTable(): string {
  const rows = POLICIES.map(([name, policy]) => {
    const starts = play(policy);
    const delays = starts.map(({ delayS }) => delayS);
    const requests = mean(starts.map((start) => start.requests));
    return [name, `${mean(delays).toFixed(2)} s`, `${Math.max(...delays).toFixed(1)} s`, requests.toFixed(1)];
  });
  return renderTable(
    `Polling, in virtual time: delay of noticing RUNNING`,
    ['mean', 'worst', 'requests'],
    rows,
  );
}

function play(policy: Policy): { delayS: number; requests: number }[] {
  return VIRTUAL_MACHINE_S.flatMap((machineS) =>
    DOWNLOAD_S.flatMap((downloadS) =>
      ENGINE_S.flatMap((engineS) =>
        Array.from({ length: MOMENTS }, (_, moment) => {
          const shiftS = ((moment + 0.5) / MOMENTS - 0.5) * SPREAD_S;
          return follow(policy, [machineS + shiftS, downloadS, engineS]);
        }),
      ),
    ),
  );
}

const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];

/** One start-up from its restart on. Requests take no time; the first look and the restart count as two of them. */
function follow(policy: Policy, phasesS: readonly number[]): { delayS: number; requests: number } {
  const endsS = phasesS.map((_, phase) => phasesS.slice(0, phase + 1).reduce((sum, s) => sum + s, 0));
  const runningS = endsS.at(-1) ?? 0;
  let nowS = 0;
  let polls = 0;
  while (nowS < runningS) {
    const phase = PHASES[endsS.findIndex((endS) => nowS < endS)] ?? '';
    polls += 1;
    nowS += policy({ status: 'INITIALIZING', phase, errorCode: '', updatedAt: '' }) / 1_000;
  }
  return { delayS: nowS - runningS, requests: 2 + polls };
}
