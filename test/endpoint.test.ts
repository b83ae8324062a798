import { describe, expect, it } from 'vitest';
import {
  type Condition,
  conditionOf,
  type EndpointState,
  ERROR_CODES,
  PHASES,
  RESTARTABLE_STATUSES,
  STATUSES,
  tellsTheSame,
} from '../src/endpoint.js';

describe('the vocabulary', () => {
  it('has the statuses of the API document', () => {
    expect([...STATUSES].sort()).toEqual(
      [
        ...['UNKNOWN', 'INITIALIZING', 'RUNNING', 'UPDATING', 'SLEEPING', 'AWAKING'],
        ...['FAILED', 'STOPPING', 'TERMINATING', 'TERMINATED', 'READY'],
      ].sort(),
    );
  });

  it('has the phases in the order in which they pass', () => {
    expect(PHASES).toEqual(['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING']);
  });

  it('has the error codes of the API document', () => {
    expect([...ERROR_CODES].sort()).toEqual(
      [
        ...[
          'UNKNOWN',
          'SETTINGS',
          'GRPC',
          'MANIFEST_NOT_FOUND',
          'MANIFEST_TYPE',
          'DOWNLOAD',
          'INVALID_TOKEN',
        ],
        ...['CANNOT_ACCESS_REPO', 'HF_WANDB_API', 'INSUFFICIENT_DISK'],
      ]
        .map((name) => `WORKLOAD_INIT_${name}_ERROR`)
        .concat(
          ['UNKNOWN', 'INVALID_ARGUMENT', 'MEMORY', 'METERING_CLIENT_CONFIG'].map(
            (name) => `INFERENCE_ENGINE_${name}_ERROR`,
          ),
        )
        .sort(),
    );
  });

  it('allows a restart in FAILED and TERMINATED only', () => {
    expect(RESTARTABLE_STATUSES).toEqual(['FAILED', 'TERMINATED']);
  });
});

describe('conditionOf', () => {
  const conditions: [status: string, condition: Condition][] = [
    ['FAILED', 'down'],
    ['TERMINATED', 'down'],
    ['RUNNING', 'up'],
    ['SLEEPING', 'asleep'],
    ['READY', 'ready'],
    ['INITIALIZING', 'starting'],
    ['AWAKING', 'starting'],
    ['UPDATING', 'starting'],
    ['STOPPING', 'stopping'],
    ['TERMINATING', 'stopping'],
    ['UNKNOWN', 'unknown'],
    ['HIBERNATING', 'unknown'],
    ['running', 'unknown'],
    ['', 'unknown'],
    ['constructor', 'unknown'],
  ];

  it.each(conditions)('takes the status "%s" for %s', (status, condition) => {
    expect(conditionOf(status)).toBe(condition);
  });

  it('knows every documented status', () => {
    const listed = conditions.map(([status]) => status);
    expect(STATUSES.filter((status) => !listed.includes(status))).toEqual([]);
  });
});

describe('tellsTheSame', () => {
  const state: EndpointState = {
    status: 'FAILED',
    phase: '',
    errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR',
    updatedAt: '2026-01-02T03:04:05Z',
  };

  it('is true for equal answers, the phase aside', () => {
    expect(tellsTheSame(state, { ...state })).toBe(true);
    expect(tellsTheSame(state, { ...state, phase: 'DOWNLOADING_MODEL' })).toBe(true);
  });

  it.each([
    ['status', { status: 'TERMINATED' }],
    ['error code', { errorCode: '' }],
    ['time of update', { updatedAt: '2026-01-02T03:04:06Z' }],
  ])('is false when the %s differs', (_, change) => {
    expect(tellsTheSame(state, { ...state, ...change })).toBe(false);
    expect(tellsTheSame({ ...state, ...change }, state)).toBe(false);
  });
});
