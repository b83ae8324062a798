/** Polling policies over a grid of start-ups, in virtual time: how late each notices RUNNING, and what it asks for that. */
import type { EndpointState } from '../src/endpoint.js';
import { pollPauseMs } from '../src/polling.js';
import { mean } from './statistics.js';
import { type Goal, goalCells, renderTable } from './table.js';

const VIRTUAL_MACHINE_S = [30, 120];
const DOWNLOAD_S = [60, 300, 1_200];
const ENGINE_S = [15, 60, 180];
/**
 * In each cell, the moment of RUNNING is spread evenly over a minute, which every fixed pause divides: so each policy
 * meets it at every distance from its polls.
 */
const SPREAD_S = 60;
const MOMENTS = 480;

const GOALS = {
  meanDelayS: { limit: 1.6 },
  worstCellS: { limit: 3, strictly: true },
  worstDelayS: { limit: 20 },
  requests: { limit: 65 },
} satisfies Record<string, Goal>;

/** How long to pause, in milliseconds, before the `poll`th poll after the restart (the first is 1). */
type Policy = (state: EndpointState, poll: number) => number;

interface Figures {
  readonly meanDelayS: number;
  readonly worstCellS: number;
  readonly worstDelayS: number;
  readonly requests: number;
}

const ours: Policy = (state) => pollPauseMs(state, { rateLimits: 0 });

const others: readonly (readonly [name: string, policy: Policy])[] = [
  ['fixed 5 s (huggingface_hub, deploy-pages)', fixed(5)],
  ['fixed 10 s (render-deploy)', fixed(10)],
  ['fixed 15 s (ECS deploy, as recommended)', fixed(15)],
  ['fixed 30 s (botocore, SageMaker)', fixed(30)],
  ['15 to 120 s with jitter (AWS SDK waiters)', exponential({ fromS: 15, toS: 120 })],
];

/** Plays and renders all policies. */
export function pollingTable(): string {
  const figures = play(ours);
  const cells = ({ meanDelayS, worstCellS, worstDelayS, requests }: Figures): string[] => [
    `${meanDelayS.toFixed(2)} s`,
    `${worstCellS.toFixed(2)} s`,
    `${worstDelayS.toFixed(1)} s`,
    requests.toFixed(1),
  ];
  const goals = [
    goalCells(figures.meanDelayS, GOALS.meanDelayS, 2),
    goalCells(figures.worstCellS, GOALS.worstCellS, 2),
    goalCells(figures.worstDelayS, GOALS.worstDelayS, 1),
    goalCells(figures.requests, GOALS.requests, 1),
  ];
  const count = VIRTUAL_MACHINE_S.length * DOWNLOAD_S.length * ENGINE_S.length;
  return [
    `Polling, in virtual time: ${count} start-ups, ${MOMENTS} moments of RUNNING each`,
    renderTable([
      ['delay from RUNNING to noticing it', 'mean', 'worst cell', 'worst', 'requests'],
      ['ours', ...cells(figures)],
      ['  goal', ...goals.map(([goal]) => goal)],
      ['', ...goals.map(([, result]) => result)],
      ...others.map(([name, policy]) => [name, ...cells(play(policy))]),
    ]),
  ].join('\n');
}

function play(policy: Policy): Figures {
  const cells = VIRTUAL_MACHINE_S.flatMap((virtualMachineS) =>
    DOWNLOAD_S.flatMap((downloadS) =>
      ENGINE_S.map((engineS) => {
        const waits = Array.from({ length: MOMENTS }, (_, moment) => {
          const shiftS = ((moment + 0.5) / MOMENTS - 0.5) * SPREAD_S;
          return follow(policy, [virtualMachineS + shiftS, downloadS, engineS]);
        });
        return {
          meanDelayS: mean(waits.map(({ delayS }) => delayS)),
          worstDelayS: Math.max(...waits.map(({ delayS }) => delayS)),
          requests: mean(waits.map(({ requests }) => requests)),
        };
      }),
    ),
  );
  return {
    meanDelayS: mean(cells.map((cell) => cell.meanDelayS)),
    worstCellS: Math.max(...cells.map((cell) => cell.meanDelayS)),
    worstDelayS: Math.max(...cells.map((cell) => cell.worstDelayS)),
    requests: mean(cells.map((cell) => cell.requests)),
  };
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
    nowS += policy({ status: 'INITIALIZING', phase, errorCode: '', updatedAt: '' }, polls) / 1_000;
  }
  return { delayS: nowS - runningS, requests: 2 + polls };
}

function fixed(seconds: number): Policy {
  return () => seconds * 1_000;
}

/**
 * A random pause under a ceiling that doubles with each poll, and the longest pause once that is reached: the
 * Smithy specification of waiters, as the AWS SDK for JavaScript does it.
 */
function exponential({ fromS, toS }: { readonly fromS: number; readonly toS: number }): Policy {
  const random = repeatableRandom();
  return (_, poll) => {
    const ceilingS = fromS * 2 ** (poll - 1);
    return 1_000 * (ceilingS > toS ? toS : fromS + random() * (ceilingS - fromS));
  };
}

/** Numbers from 0 up to 1 that are the same in each run (a linear congruential generator, after Numerical Recipes). */
function repeatableRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
