/** What `npm start -- --demo NAME` shows, each in a few seconds. */
import type { EndpointOptions, Fault, TimelineStep } from '../test/simulator/simulator.js';
import { startUp } from '../test/simulator/state.js';

export interface Demo {
  /** What it shows; the first line that is printed. */
  readonly title: string;
  readonly endpoint: EndpointOptions;
  readonly fault?: Fault;
  readonly inputs?: Readonly<Record<string, string>>;
  /** How it has to end. */
  readonly outcome: string;
}

const PHASE_MS = 20_000;
const failed = { status: 'FAILED', errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' };
const startsAs = (end: TimelineStep) => startUp(PHASE_MS, end);
const running = { status: 'RUNNING' };

export const DEMOS: Readonly<Record<string, Demo>> = {
  success: {
    title: 'A failed endpoint: the action restarts it and waits until it is running.',
    endpoint: { ...failed, afterRestart: startsAs(running) },
    outcome: 'restarted',
  },
  failed: {
    title: "The endpoint fails again with an error code that a restart can't fix, so there is no second attempt.",
    endpoint: { ...failed, afterRestart: startsAs({ status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' }) },
    inputs: { attempts: '2' },
    outcome: 'failed',
  },
  recover: {
    title: "The first restart fails because Hugging Face doesn't respond; the second one succeeds.",
    endpoint: {
      ...failed,
      afterRestart: [startsAs({ status: 'FAILED', errorCode: 'WORKLOAD_INIT_HF_WANDB_API_ERROR' }), startsAs(running)],
    },
    inputs: { 'restart-on': 'RECOVERABLE', attempts: '2' },
    outcome: 'restarted',
  },
  wake: {
    title: 'The endpoint is asleep; the action wakes it and waits until it is running.',
    endpoint: { status: 'SLEEPING', afterWake: startUp(PHASE_MS, running, 'AWAKING') },
    inputs: { wake: 'true' },
    outcome: 'woken',
  },
  outage: {
    title: 'While the endpoint starts, the API returns 503 for 40 seconds; the action keeps waiting.',
    endpoint: { ...failed, afterRestart: startsAs(running) },
    fault: { on: 'status', after: 3, forMs: 40_000, respond: { status: 503, body: { message: 'Maintenance' } } },
    outcome: 'restarted',
  },
  probe: {
    title: 'RUNNING comes half a minute before the first response; the action waits for the response.',
    endpoint: { ...failed, afterRestart: [...startsAs({ ...running, responds: false, forMs: 30_000 }), running] },
    inputs: { probe: 'chat' },
    outcome: 'restarted',
  },
};
