import { ApiError } from './api/error.js';
import type { Clock } from './clock.js';
import {
  afterCancel,
  afterPause,
  afterRead,
  afterRequest,
  type Command,
  type Step,
  start,
} from './policy.js';
import type { EndpointClient, Policy, RunEvent, RunResult } from './run.js';
import { type Moment, type RunState, resultOf } from './state.js';

export interface LoopOptions {
  readonly client: EndpointClient;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly listener: (event: RunEvent) => void;
  /** Ends the run as `cancelled`. */
  readonly signal: AbortSignal;
  /** Sees the run's state after each step, for the debug log. */
  readonly onTransition?: (run: RunState) => void;
}

/**
 * Carries out what the policy commands, with client and clock; it holds no rule of its own.
 *
 * @returns how the run ended; every fault of the API is part of the result
 * @throws what the listener throws, or a client that breaks its contract
 */
export async function runLoop(options: LoopOptions): Promise<RunResult> {
  const { clock, policy, listener, signal, onTransition } = options;
  const moment = (): Moment => ({ now: clock.now(), random: clock.random(), isCancelled: signal.aborted });
  let step = start(policy, moment());
  for (;;) {
    const { run, events, command } = step;
    onTransition?.(run);
    for (const event of events) listener({ ...event, atMs: clock.now() - run.startedAt });
    if (command.type === 'end') return resultOf(run, command, clock.now());
    // A listener can have canceled the run.
    step = signal.aborted ? afterCancel(run) : await carryOut(run, command, options, moment);
  }
}

async function carryOut(
  run: RunState,
  command: Exclude<Command, { type: 'end' }>,
  { client, clock, signal }: LoopOptions,
  moment: () => Moment,
): Promise<Step> {
  if (command.type === 'pause') {
    await clock.sleep(command.forMs, signal);
    return afterPause(run, moment());
  }
  const { type, timeoutMs } = command;
  const sentAt = clock.now();
  const result = await settled(client[type]({ timeoutMs, signal }));
  const reply = { sentAt, result };
  return type === 'read'
    ? afterRead(run, reply, moment())
    : afterRequest(run, { kind: type, ...reply }, moment());
}

/** An ApiError comes back as a value. */
async function settled<T>(request: Promise<T>): Promise<T | ApiError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
