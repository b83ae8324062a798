import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/api/error.js';
import type { EndpointState } from '../src/endpoint.js';
import { runLoop } from '../src/loop.js';
import type { EndpointClient, RunEvent } from '../src/run.js';
import { http, state, waiting } from './play.js';
import { VirtualClock } from './virtual-clock.js';

const unexpected = async (): Promise<never> => {
  throw new Error('unexpected request');
};

describe('the loop', () => {
  it('carries out the commands of the policy with client and clock, and reports when', async () => {
    const clock = new VirtualClock({ random: () => 0.5 });
    const requests: string[] = [];
    const send = (name: string, result: EndpointState | ApiError) => async () => {
      requests.push(`${name} ${Math.round(clock.elapsedMs() / 1_000)}`);
      if (result instanceof ApiError) throw result;
      return result;
    };
    const reads = [state('FAILED'), http(503), state('INITIALIZING'), state('RUNNING')];
    const client: EndpointClient = {
      read: () => send('read', reads.shift() ?? state('UNKNOWN'))(),
      restart: send('restart', state('INITIALIZING')),
      wake: unexpected,
      probe: async () => void requests.push(`probe ${Math.round(clock.elapsedMs() / 1_000)}`),
    };
    const events: RunEvent[] = [];
    const { signal } = new AbortController();
    const listener = (event: RunEvent) => void events.push(event);
    const result = await runLoop({ client, clock, policy: { ...waiting, probe: 'chat' }, signal, listener });
    expect(result).toMatchObject({ decision: { outcome: 'restarted' }, run: { last: state('RUNNING') } });
    expect(requests).toEqual(['read 0', 'restart 0', 'read 5', 'read 6', 'read 11', 'probe 11']);
    const seen = events.map(({ type, atMs }) => `${type} ${Math.floor(atMs / 1_000)}`);
    const start = 'observed 0, accepted 0, observed 0, paused 0';
    expect(seen.join(', ')).toBe(`${start}, fault 5, paused 5, paused 5, observed 10, responded 10`);
  });

  it.each([
    ['observed', 'FAILED'],
    ['paused', 'INITIALIZING'],
  ])('sends nothing after a listener has canceled the run at %s', async (type, status) => {
    const controller = new AbortController();
    const read = vi.fn(async () => state(status));
    const result = await runLoop({
      client: { read, restart: unexpected, wake: unexpected, probe: unexpected },
      clock: new VirtualClock(),
      policy: waiting,
      signal: controller.signal,
      listener: (event) => event.type === type && controller.abort(),
    });
    expect(result).toMatchObject({ decision: { outcome: 'cancelled' }, elapsedMs: 0, run: { accepted: [] } });
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('throws what a client throws against its contract', async () => {
    const client = { read: unexpected, restart: unexpected, wake: unexpected, probe: unexpected };
    const { signal } = new AbortController();
    const run = runLoop({ client, clock: new VirtualClock(), policy: waiting, signal, listener: () => {} });
    await expect(run).rejects.toThrow('unexpected request');
  });
});
