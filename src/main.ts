import { createClient } from './api/client.js';
import { systemClock } from './clock.js';
import { InputError, readApiKey, readInputs } from './inputs.js';
import { runLoop } from './loop.js';
import { Report, type RunEnd } from './report/report.js';
import { createSanitizer, type Sanitizer } from './sanitize.js';
import type { RunResult } from './state.js';

/**
 * One run of the action: inputs, loop, report.
 *
 * @param signal ends the run: as crashed if it was aborted with an Error, otherwise as canceled
 * @returns whether the step succeeds
 */
export async function runAction(signal: AbortSignal): Promise<boolean> {
  const apiKey = readApiKey();
  const sanitize = createSanitizer(apiKey);
  const report = new Report({ clock: systemClock, sanitize });
  return report.finish(await runToEnd({ apiKey, sanitize, report, signal }));
}

interface RunOptions {
  readonly apiKey: string;
  readonly sanitize: Sanitizer;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The single catch. */
async function runToEnd(options: RunOptions): Promise<RunEnd> {
  const startedAt = systemClock.now();
  try {
    return { type: 'completed', result: await execute(options) };
  } catch (error) {
    if (error instanceof InputError) return { type: 'invalid-input', issues: error.issues };
    const message = options.sanitize(describe(error));
    return { type: 'crashed', message, elapsedMs: systemClock.now() - startedAt };
  }
}

async function execute({ apiKey, sanitize, report, signal }: RunOptions): Promise<RunResult> {
  const inputs = readInputs({ apiKey, sanitize });
  report.start(inputs);
  const { policy } = inputs;
  const { onRequest, onNotice, onEvent: listener } = report;
  const client = createClient({ ...inputs, probe: policy.probe, sanitize, onRequest, onNotice });
  const result = await runLoop({ client, clock: systemClock, policy, signal, listener });
  if (signal.reason instanceof Error) throw signal.reason;
  return result;
}

/** An unexpected error with its cause, for an issue report. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
