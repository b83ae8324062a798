/** What several tests start from, so that a new field has one place to be added in. */
import type { EndpointState } from '../src/endpoint.js';
import type { Inputs } from '../src/inputs.js';
import type { RestartResult } from '../src/restart.js';

export function stateOf(status: string, phase = '', errorCode = ''): EndpointState {
  return { status, phase, errorCode, updatedAt: '' };
}

/** The inputs of a run that waits, all else as by default. */
export const waiting: Inputs = {
  endpointId: 'dep1',
  apiKey: 'flp_key',
  team: '',
  wait: true,
  timeoutMinutes: 60,
  pollIntervalSeconds: undefined,
  restartOn: ['FAILED', 'TERMINATED'],
  apiUrl: 'https://api.friendli.ai',
};

/** A run of 7 min 44 s that saw nothing and did nothing, but for what is given. */
export function resultOf(given: Partial<RestartResult>): RestartResult {
  return {
    outcome: 'restarted',
    state: undefined,
    previous: undefined,
    restarted: false,
    restartInDoubt: false,
    fault: undefined,
    unobservedSinceMs: undefined,
    elapsedMs: 464_000,
    ...given,
  };
}
