import { systemClock } from './clock.js';
import { createFriendliClient } from './friendli.js';
import { InputError, type Inputs, readInputs } from './inputs.js';
import { Report } from './report.js';
import { restartEndpoint } from './restart.js';
import { createCleaner } from './text.js';

/**
 * One run of the action: inputs, loop, report. Never rejects: whatever goes wrong ends in the report.
 *
 * @param signal ends the run; aborted with an Error, the run ends as broken, else as cancelled
 * @returns whether the step succeeds
 */
export async function run(signal: AbortSignal): Promise<boolean> {
  const report = new Report(systemClock.date());
  const startedAt = systemClock.now();
  try {
    return await restart(readInputs(), report, signal);
  } catch (error) {
    if (error instanceof InputError) return await report.finishBadInput(error.problems);
    return await report.finishCrash(describe(error), systemClock.now() - startedAt);
  }
}

async function restart(inputs: Inputs, report: Report, signal: AbortSignal): Promise<boolean> {
  const clean = createCleaner(inputs.apiKey);
  report.start(inputs);
  const result = await restartEndpoint({
    client: createFriendliClient({ ...inputs, clean, onExchange: report.onExchange }),
    clock: systemClock,
    listener: report.onEvent,
    signal,
    wait: inputs.wait,
    timeoutMs: inputs.timeoutMinutes * 60_000,
    pollIntervalMs: inputs.pollIntervalSeconds === undefined ? undefined : inputs.pollIntervalSeconds * 1_000,
    restartOn: inputs.restartOn,
  });
  if (signal.reason instanceof Error) throw signal.reason;
  return await report.finish(result, inputs);
}

/** An unforeseen error, with its cause, for a report to the authors. The key is cleaned out of it. */
function describe(error: unknown): string {
  const clean = createCleaner(process.env['INPUT_API-KEY']?.trim() ?? '');
  if (!(error instanceof Error)) return clean(String(error));
  const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
  return clean(`${error.stack ?? error.message}${cause}`);
}
