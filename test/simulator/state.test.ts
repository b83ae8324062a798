import { describe, expect, it } from 'vitest';
import { createEndpointModel, type EndpointBehaviour, startUp } from './state.js';

const start = Date.parse('2025-01-01T00:00:00Z');

/** A model whose moments are milliseconds since its creation. */
function endpoint(behaviour: EndpointBehaviour = {}) {
  const model = createEndpointModel(behaviour, start);
  return {
    read: (ms: number) => model.read(start + ms),
    actual: (ms: number) => model.actual(start + ms),
    restart: (ms: number) => model.restart(start + ms),
    set: (status: string, ms: number) => model.set({ status }, start + ms),
    accepted: () => model.acceptedRestarts,
  };
}

describe('an endpoint on a virtual clock', () => {
  it('is FAILED from its creation on, unless told otherwise', () => {
    const at = '2025-01-01T00:00:00.000Z';
    const failed = { status: 'FAILED', phase: null, errorCode: null, updatedAt: at, createdAt: at };
    expect(endpoint().read(0)).toEqual(failed);
    expect(endpoint().read(1e9)).toEqual(failed);
    expect(endpoint({ status: 'UPDATING', phase: 'p', errorCode: 'e' }).read(0)).toMatchObject({
      status: 'UPDATING',
      phase: 'p',
      errorCode: 'e',
    });
  });

  it('goes through three phases of 50 ms to RUNNING after a restart', () => {
    const { read, restart } = endpoint();
    expect(restart(1000)).toMatchObject({ accepted: true, state: { phase: 'REQUESTING_VIRTUAL_MACHINE' } });
    const seen = [1000, 1049, 1050, 1099, 1100, 1149, 1150, 1e9].map(
      (ms) => read(ms).phase ?? read(ms).status,
    );
    expect(seen).toEqual([
      'REQUESTING_VIRTUAL_MACHINE',
      'REQUESTING_VIRTUAL_MACHINE',
      'DOWNLOADING_MODEL',
      'DOWNLOADING_MODEL',
      'ENGINE_INITIALIZING',
      'ENGINE_INITIALIZING',
      'RUNNING',
      'RUNNING',
    ]);
  });

  it.each([
    ['FAILED', true],
    ['TERMINATED', true],
    ['RUNNING', false],
    ['INITIALIZING', false],
    ['TERMINATING', false],
    ['HIBERNATING', false],
  ])('takes a restart while %s: %s', (status, accepted) => {
    const { restart, read, accepted: count } = endpoint({ status });
    expect(restart(5).accepted).toBe(accepted);
    expect(count()).toBe(accepted ? 1 : 0);
    expect(read(5).status).toBe(accepted ? 'INITIALIZING' : status);
  });

  it('refuses a second restart while the first is going on', () => {
    const { restart, accepted } = endpoint();
    expect([restart(0).accepted, restart(1).accepted, accepted()]).toEqual([true, false, 1]);
  });

  it('plays what comes before the restart from its creation on', () => {
    const { read, restart } = endpoint({
      before: [{ status: 'STOPPING', forMs: 500 }, { status: 'TERMINATED' }],
    });
    expect([read(499).status, read(500).status]).toEqual(['STOPPING', 'TERMINATED']);
    expect(restart(499).accepted).toBe(false);
    expect(restart(500).accepted).toBe(true);
  });

  it('plays one timeline for each accepted restart, and repeats the last', () => {
    const { read, restart } = endpoint({
      afterRestart: [[{ status: 'FAILED', errorCode: 'first' }], [{ status: 'FAILED', errorCode: 'then' }]],
    });
    const codes = [1, 2, 3].map((ms) => {
      restart(ms);
      return read(ms).errorCode;
    });
    expect(codes).toEqual(['first', 'then', 'then']);
  });

  it('tells old news for staleMs after the restart, and is already on its way', () => {
    const { read, actual, restart } = endpoint({
      errorCode: 'old',
      staleMs: 100,
      afterRestart: [{ status: 'RUNNING' }],
    });
    const old = read(0);
    expect(restart(1000).state.status).toBe('RUNNING');
    expect(actual(1000).status).toBe('RUNNING');
    expect(read(1099)).toEqual(old);
    expect(read(1100).status).toBe('RUNNING');
    expect(restart(1001).accepted).toBe(false);
  });

  it('answers the restart itself with old news if told to', () => {
    const { restart, read } = endpoint({ staleRestartAnswer: true });
    expect(restart(0)).toMatchObject({ accepted: true, state: { status: 'FAILED' } });
    expect(read(0).status).toBe('INITIALIZING');
  });

  it('moves updatedAt exactly when status, phase or error code change', () => {
    const same = { status: 'FAILED', errorCode: 'e' };
    const { read } = endpoint({
      before: [{ ...same, forMs: 10 }, { ...same, forMs: 10 }, { status: 'FAILED' }],
    });
    expect([0, 10, 19, 20].map((ms) => Date.parse(read(ms).updatedAt) - start)).toEqual([0, 0, 0, 20]);
    expect(read(20).createdAt).toBe(read(0).createdAt);
  });

  it('moves updatedAt even when it fails again within the same millisecond', () => {
    const { read, restart } = endpoint({ afterRestart: startUp(0, { status: 'FAILED' }) });
    const before = read(0);
    restart(0);
    expect(read(0)).toMatchObject({ status: 'FAILED', errorCode: before.errorCode });
    expect(read(0).updatedAt > before.updatedAt).toBe(true);
  });

  it('can be put into another state, which is told at once and lasts', () => {
    const { read, restart, set } = endpoint({ staleMs: 1000 });
    restart(0);
    set('SLEEPING', 10);
    expect([read(10).status, read(1e9).status]).toEqual(['SLEEPING', 'SLEEPING']);
    expect(Date.parse(read(10).updatedAt) - start).toBe(10);
  });

  it.each<[string, EndpointBehaviour, RegExp]>([
    ['nothing before', { before: [] }, /at least one step/],
    ['nothing after a restart', { afterRestart: [] }, /at least one step/],
    ['nothing after the second restart', { afterRestart: [[{ status: 'FAILED' }], []] }, /at least one step/],
    [
      'a step after an endless one',
      { before: [{ status: 'FAILED' }, { status: 'RUNNING' }] },
      /Step 1 .* never reached/,
    ],
  ])('does not take a timeline with %s', (_, behaviour, message) => {
    expect(() => endpoint(behaviour)).toThrow(message);
  });
});
