/** What `npm start -- --demo NAME` shows, each in a few seconds. */
import type { EndpointOptions, Fault, TimelineStep } from '../test/simulator/simulator.js';

export interface Demo {
  /** What it shows; the first line that is printed. */
  readonly title: string;
  readonly endpoint: EndpointOptions;
  readonly fault?: Fault;
  readonly inputs: Readonly<Record<string, string>>;
  /** Of the step. */
  readonly exitCode: 0 | 1;
}

const DOWNLOAD_ERROR = { status: 'FAILED', errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' };

export const DEMOS: Readonly<Record<string, Demo>> = {
  success: {
    title: 'A failed endpoint: the action restarts it and waits until it is running.',
    endpoint: { ...DOWNLOAD_ERROR, afterRestart: phases({ status: 'RUNNING' }) },
    inputs: { wait: 'true' },
    exitCode: 0,
  },
  failed: {
    title: "The endpoint fails again with an error code that a restart can't fix, so there is no second attempt.",
    endpoint: {
      ...DOWNLOAD_ERROR,
      afterRestart: phases({ status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' }),
    },
    inputs: { wait: 'true', attempts: '2' },
    exitCode: 1,
  },
  recover: {
    title: "The first restart fails because Hugging Face doesn't respond; the second one succeeds.",
    endpoint: {
      ...DOWNLOAD_ERROR,
      afterRestart: [
        phases({ status: 'FAILED', errorCode: 'WORKLOAD_INIT_HF_WANDB_API_ERROR' }),
        phases({ status: 'RUNNING' }),
      ],
    },
    inputs: { wait: 'true', 'restart-on': 'RECOVERABLE', attempts: '2' },
    exitCode: 0,
  },
  wake: {
    title: 'The endpoint is asleep; the action wakes it and waits until it is running.',
    endpoint: { status: 'SLEEPING', afterWake: phases({ status: 'RUNNING' }, 'AWAKING') },
    inputs: { wait: 'true', wake: 'true' },
    exitCode: 0,
  },
  outage: {
    title: 'While the endpoint starts, the API returns 503 for 40 seconds; the action keeps waiting.',
    endpoint: { ...DOWNLOAD_ERROR, afterRestart: phases({ status: 'RUNNING' }) },
    fault: {
      on: 'status',
      after: 4,
      forMs: 40_000,
      respond: { status: 503, body: { message: 'Maintenance' } },
    },
    inputs: { wait: 'true' },
    exitCode: 0,
  },
  probe: {
    title: 'RUNNING comes half a minute before the first response; the action waits for the response.',
    endpoint: {
      ...DOWNLOAD_ERROR,
      afterRestart: [...phases({ status: 'RUNNING', responds: false, forMs: 30_000 }), { status: 'RUNNING' }],
    },
    inputs: { wait: 'true', probe: 'chat' },
    exitCode: 0,
  },
  'dry-run': {
    title: 'A dry run reads the status and reports what the action would do; nothing is changed.',
    endpoint: DOWNLOAD_ERROR,
    inputs: { wait: 'true', 'dry-run': 'true' },
    exitCode: 0,
  },
};

/** A start with durations as they are in practice. */
function phases(end: TimelineStep, status = 'INITIALIZING'): TimelineStep[] {
  return [
    { status, phase: 'REQUESTING_VIRTUAL_MACHINE', forMs: 20_000 },
    { status, phase: 'DOWNLOADING_MODEL', forMs: 45_000 },
    { status, phase: 'ENGINE_INITIALIZING', forMs: 8_000 },
    end,
  ];
}
