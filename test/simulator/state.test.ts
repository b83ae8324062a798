import { describe, expect, it } from 'vitest';
import { type ControlCall, createEndpointModel, type EndpointBehavior, startUp } from './state.js';

/** A model whose moments are milliseconds since its creation. */
const create = (behavior: EndpointBehavior) => createEndpointModel(behavior, 0);

describe('an endpoint on a virtual clock', () => {
  it.each<[ControlCall, accepting: string]>([
    ['restart', 'FAILED TERMINATED'],
    ['wake', 'SLEEPING'],
    ['terminate', 'FAILED RUNNING SLEEPING INITIALIZING UNLISTED'],
  ])('accepts a %s only while %s', (change, expected) => {
    const all = 'FAILED TERMINATED RUNNING SLEEPING INITIALIZING TERMINATING UNLISTED'.split(' ');
    expect(all.filter((status) => create({ status }).change(change, 5).accepted).join(' ')).toBe(expected);
  });

  it.each<[reads: string, EndpointBehavior, expected: string]>([
    ['late in turn', { readLagsMs: [0, 10] }, 'RUNNING FAILED RUNNING RUNNING'],
    ['stale for a while', { staleMs: 3 }, 'FAILED FAILED RUNNING RUNNING'],
  ])('lets reads be %s', (_, behavior, expected) => {
    const { change, read, set } = create({ ...behavior, afterRestart: [{ status: 'RUNNING' }] });
    change('restart', 5);
    expect([6, 7, 8, 15].map((ms) => read(ms).status).join(' ')).toBe(expected);
    change('update', 16);
    set({ status: 'SLEEPING' }, 17);
    expect([17, 18].map((ms) => read(ms).status)).toEqual(['SLEEPING', 'SLEEPING']);
  });

  it.each<[NonNullable<EndpointBehavior['updatedAt']>, expected: (string | null)[]]>([
    ['exact', ['00.000', '00.002', '01.500']],
    ['seconds', ['00.000', '00.000', '01.000']],
    ['frozen', ['00.000', '00.000', '00.000']],
    ['null', [null, null, null]],
  ])('moves updatedAt at every change, even within a millisecond, unless it is %s', (updatedAt, expected) => {
    const { change, read, set } = create({ updatedAt, afterRestart: startUp(0, { status: 'FAILED' }).slice(-2) });
    const seen = [read(0)];
    change('restart', 0);
    seen.push(read(0));
    set({ status: 'RUNNING' }, 1_500);
    seen.push(read(1_500));
    expect(seen.map((state) => state.updatedAt)).toEqual(expected.map((time) => time && `1970-01-01T00:00:${time}Z`));
  });

  it('is woken by an inference request, and responds once it serves', () => {
    const afterWake = [{ status: 'RUNNING', responds: false, forMs: 10 }, { status: 'RUNNING' }];
    const { infer, accepted } = create({ status: 'SLEEPING', afterWake });
    expect([0, 9, 10].map(infer)).toEqual([false, false, true]);
    expect(accepted.wake).toBe(1);
  });
});
