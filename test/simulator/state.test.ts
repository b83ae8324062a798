import { describe, expect, it } from 'vitest';
import { type ControlCall, createEndpointModel, type EndpointBehavior, startUp } from './state.js';

const start = Date.parse('2025-01-01T00:00:00Z');

/** A model whose moments are milliseconds since its creation. */
function endpoint(behavior: EndpointBehavior = {}) {
  const model = createEndpointModel(behavior, start);
  return {
    read: (ms: number) => model.read(start + ms).status,
    updatedAt: (ms: number) => model.read(start + ms).updatedAt,
    change: (call: ControlCall, ms: number) => model.change(call, start + ms),
    set: (status: string, ms: number) => model.set({ status }, start + ms),
  };
}

describe('an endpoint on a virtual clock', () => {
  it.each<[ControlCall, string[]]>([
    ['restart', ['FAILED', 'TERMINATED']],
    ['wake', ['SLEEPING']],
    ['terminate', ['FAILED', 'RUNNING', 'SLEEPING', 'INITIALIZING', 'UNLISTED']],
  ])('accepts a %s only while %j', (change, expected) => {
    const all = 'FAILED TERMINATED RUNNING SLEEPING INITIALIZING TERMINATING UNLISTED'.split(' ');
    const accepting = all.filter((status) => endpoint({ status }).change(change, 5).accepted);
    expect(accepting.sort()).toEqual(expected.sort());
  });

  it('lets reads be late in turn', () => {
    const { read, change, set } = endpoint({ readLagsMs: [0, 10], afterRestart: [{ status: 'RUNNING' }] });
    change('restart', 5);
    expect([6, 7, 8, 15].map(read)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'RUNNING']);
    set('SLEEPING', 16);
    expect([16, 17].map(read)).toEqual(['SLEEPING', 'SLEEPING']);
  });

  it.each<[NonNullable<EndpointBehavior['updatedAt']>, (string | null)[]]>([
    ['exact', ['00.000', '00.002', '01.500']],
    ['seconds', ['00.000', '00.000', '01.000']],
    ['frozen', ['00.000', '00.000', '00.000']],
    ['null', [null, null, null]],
  ])('moves updatedAt at every change, even within a millisecond, unless it is %s', (updatedAt, expected) => {
    const model = endpoint({ updatedAt, afterRestart: startUp(0, { status: 'FAILED' }).slice(-2) });
    const seen = [model.updatedAt(0)];
    model.change('restart', 0);
    seen.push(model.updatedAt(0));
    model.set('RUNNING', 1_500);
    seen.push(model.updatedAt(1_500));
    expect(seen).toEqual(expected.map((time) => time && `2025-01-01T00:00:${time}Z`));
  });

  it('refuses a step that is never reached', () => {
    expect(() => endpoint({ before: [{ status: 'A' }, { status: 'B' }] })).toThrow(/^B comes after/);
  });
});
