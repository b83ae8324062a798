import { ApiError } from './api/error.js';
import type { Clock } from './clock.js';
import { eventsBetween } from './events.js';
import { afterCall, afterPause, start } from './policy.js';
import type { EndpointClient, Policy, RunEvent } from './run.js';
import type { Command, Context, RunResult, RunState } from './state.js';

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
export async function runLoop({ client, clock, policy, listener, signal }: LoopOptions): Promise<RunResult> {
  let step = start(policy, contextOf(clock));
  let before = step.run;
  for (;;) {
    const { run } = step;
    const now = clock.now();
    for (const event of eventsBetween(before, step, now)) listener({ ...event, atMs: now - run.startedAt }, run);
    before = run;
    // A cancellation, also by a listener, precedes every other command.
    const command: Command = signal.aborted ? { type: 'end', outcome: 'cancelled' } : step.command;
    if (command.type === 'end') return { run, decision: command, elapsedMs: clock.now() - run.startedAt };
    if (command.type === 'pause') {
      await clock.sleep(command.forMs, signal);
      step = afterPause(run, contextOf(clock));
    } else {
      const { type: call, timeoutMs } = command;
      const sentAt = clock.now();
      const result = await faultOrResult(client[call]({ timeoutMs, signal }));
      step = afterCall(run, { call, sentAt, result }, contextOf(clock));
    }
  }
}

function contextOf(clock: Clock): Context {
  return { now: clock.now(), random: clock.random() };
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
