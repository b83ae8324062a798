/** Polling policies in virtual time: how late each notices RUNNING, and with how many requests. */
import { pollPauseMs } from '../src/backoff.js';

/** Requesting a virtual machine, downloading the model, and initializing the engine, in seconds. */
const STARTUPS = [30, 120].flatMap((machineS) =>
  [60, 300, 1_200].flatMap((downloadS) => [15, 60, 180].map((engineS) => [machineS, downloadS, engineS])),
);
const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
/** Each startup is shifted evenly over a minute, which every fixed pause divides, so that no policy is lucky. */
const SHIFTS_S = Array.from({ length: 480 }, (_, index) => ((index + 0.5) / 480 - 0.5) * 60);

const POLICIES: readonly (readonly [name: string, pauseMs: typeof pollPauseMs])[] = [
  ['this action', pollPauseMs],
  ['every 5 s (huggingface_hub, deploy-pages)', () => 5_000],
  ['every 10 s (render-deploy)', () => 10_000],
  ['every 30 s (botocore, SageMaker)', () => 30_000],
];

/** For each policy: name, average delay, maximum delay, and average number of requests. */
export function pollingRows(): string[][] {
  return POLICIES.map(([name, pauseMs]) => {
    const runs = STARTUPS.flatMap((phasesS) => SHIFTS_S.map((shiftS) => simulate(phasesS, shiftS, pauseMs)));
    const delaysS = runs.map(({ delayS }) => delayS);
    const requests = mean(runs.map((run) => run.requests));
    return [name, `${mean(delaysS).toFixed(2)} s`, `${Math.max(...delaysS).toFixed(1)} s`, requests.toFixed(1)];
  });
}

/** One startup from its restart on. Requests take no time; the first read and the restart are two of them. */
function simulate(phasesS: readonly number[], shiftS: number, pauseMs: typeof pollPauseMs) {
  const endsS = phasesS.map((_, phase) => phasesS.slice(0, phase + 1).reduce((sum, s) => sum + s, shiftS));
  const runningS = endsS.at(-1) ?? 0;
  let nowS = 0;
  let requests = 2;
  for (; nowS < runningS; requests += 1) {
    const phase = PHASES[endsS.findIndex((endS) => nowS < endS)] ?? '';
    nowS += pauseMs({ status: 'INITIALIZING', phase, errorCode: '', updatedAt: '' }) / 1_000;
  }
  return { delayS: nowS - runningS, requests };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
