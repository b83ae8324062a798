import { createClient } from './api/client.js';
import { systemClock } from './clock.js';
import { InputError, readApiKey, readInputs } from './inputs.js';
import { runLoop } from './loop.js';
import type { RunEnd } from './report/messages.js';
import { Report } from './report/report.js';
import { createSanitizer } from './sanitize.js';

/**
 * One run of the action: inputs, loop, report. It has the single catch.
 *
 * @param signal ends the run: as crashed if it was aborted with an Error, otherwise as canceled
 * @returns whether the step succeeds
 */
export async function runAction(signal: AbortSignal): Promise<boolean> {
  const startedAt = systemClock.now();
  const apiKey = readApiKey();
  const sanitize = createSanitizer(apiKey);
  const report = new Report({ clock: systemClock, sanitize });
  let end: RunEnd;
  try {
    const inputs = readInputs({ apiKey, sanitize });
    report.start(inputs);
    const { policy } = inputs;
    const { onRequest, onNotice, onEvent: listener } = report;
    const client = createClient({ ...inputs, probe: policy.probe, sanitize, onRequest, onNotice });
    const result = await runLoop({ client, clock: systemClock, policy, signal, listener });
    if (signal.reason instanceof Error) throw signal.reason;
    end = { type: 'completed', result };
  } catch (error) {
    if (error instanceof InputError) end = { type: 'invalid-input', issues: error.issues };
    else end = { type: 'crashed', message: sanitize(describe(error)), elapsedMs: systemClock.now() - startedAt };
  }
  return report.finish(end);
}

/** An unexpected error with its cause, for an issue report. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
