import { expect, it, vi } from 'vitest';
import { type LoopOptions, runLoop } from '../src/loop.js';
import type { EndpointClient } from '../src/run.js';
import { aborted, http, state, waiting } from './play.js';
import { VirtualClock } from './virtual-clock.js';

/** A run with a probe. Whatever the client is not given fails as no client may. */
function run(client: Partial<EndpointClient>, listener: LoopOptions['listener'], { signal } = new AbortController()) {
  const unexpected = async (): Promise<never> => {
    throw new Error('unexpected request');
  };
  return runLoop({
    client: { read: unexpected, restart: unexpected, wake: unexpected, probe: unexpected, ...client },
    clock: new VirtualClock({ random: () => 0.5 }),
    policy: { ...waiting, probe: 'chat' },
    ...{ signal, listener },
  });
}

it('carries out the commands of the policy with client and clock, and reports when', async () => {
  const replies = [state('FAILED'), http(503), state('INITIALIZING'), state('RUNNING')];
  const read = async () => {
    const reply = replies.shift() ?? state('UNKNOWN');
    if (reply instanceof Error) throw reply;
    return reply;
  };
  const events: string[] = [];
  const result = await run({ read, restart: async () => state('INITIALIZING'), probe: async () => {} }, (event) => {
    events.push(`${event.type} ${event.atMs / 1_000}`);
  });
  expect(result).toMatchObject({
    decision: { outcome: 'restarted' },
    run: { last: state('RUNNING') },
    elapsedMs: 10_500,
  });
  expect(events).toEqual([
    ...['observed 0', 'accepted 0', 'observed 0', 'paused 0', 'fault 5', 'paused 5', 'paused 5.5'],
    ...['observed 10.5', 'responded 10.5'],
  ]);
});

it('reports nothing about a request that a cancel cut short', async () => {
  const controller = new AbortController();
  const read = async () => {
    controller.abort();
    throw aborted;
  };
  const listener = vi.fn();
  const { decision } = await run({ read }, listener, controller);
  expect([decision.outcome, listener.mock.calls]).toEqual(['cancelled', []]);
});

it('throws what a client throws against its contract', async () => {
  await expect(run({}, () => {})).rejects.toThrow('unexpected request');
});
