import { ApiError } from './api/error.js';
import type { Clock } from './clock.js';
import { eventsBetween } from './events.js';
import { afterCancel, afterPause, afterProbe, afterRead, afterRequest, start } from './policy.js';
import type { EndpointClient, Policy, RunEvent } from './run.js';
import type { Command, Context, RunResult, RunState, Step } from './state.js';

export interface LoopOptions {
  readonly client: EndpointClient;
  readonly clock: Clock;
  readonly policy: Policy;
  /** Receives each event, with what the run knows after it. */
  readonly listener: (event: RunEvent, run: RunState) => void;
  /** Ends the run as `cancelled`. */
  readonly signal: AbortSignal;
}

/**
 * Carries out what the policy commands, with client and clock; it has no rule of its own.
 *
 * @returns how the run ended; every fault of the API is part of the result
 * @throws whatever the listener throws, and anything other than an ApiError that the client throws
 */
export async function runLoop(options: LoopOptions): Promise<RunResult> {
  const { clock, policy, listener, signal } = options;
  const context = (): Context => ({ now: clock.now(), random: clock.random(), isCancelled: signal.aborted });
  let step = start(policy, context());
  let before = step.run;
  for (;;) {
    const { run, command } = step;
    const now = clock.now();
    for (const event of eventsBetween(before, step, now)) {
      listener({ ...event, atMs: now - run.startedAt }, run);
    }
    before = run;
    if (command.type === 'end') return { run, decision: command, elapsedMs: clock.now() - run.startedAt };
    step = await carryOut(run, command, options, context);
  }
}

async function carryOut(
  run: RunState,
  command: Exclude<Command, { type: 'end' }>,
  { client, clock, signal }: LoopOptions,
  context: () => Context,
): Promise<Step> {
  // A listener may have canceled the run.
  if (signal.aborted) return afterCancel(run);
  if (command.type === 'pause') {
    await clock.sleep(command.forMs, signal);
    return afterPause(run, context());
  }
  const { type, timeoutMs } = command;
  const sentAt = clock.now();
  const options = { timeoutMs, signal };
  if (type === 'probe') {
    const result = await faultOrResult(client.probe(options));
    return afterProbe(run, { sentAt, result }, context());
  }
  const result = await faultOrResult(client[type](options));
  if (type === 'read') return afterRead(run, { sentAt, result }, context());
  return afterRequest(run, { kind: type, sentAt, result }, context());
}

/** Returns an ApiError instead of throwing it. */
async function faultOrResult<T>(request: Promise<T>): Promise<T | ApiError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
