/** The command line of main.ts. */
import { parseArgs } from 'node:util';
import { CALLS, loadContract } from './contract.js';
import type { Fault } from './faults.js';
import type { EndpointOptions } from './service.js';
import { rollOut, startUp, type TimelineStep } from './state.js';

export const USAGE = `Usage: npm run simulator -- [options]

Serves a simulated Friendli API on a loopback port until Ctrl-C. Exits with 1 if a request did not match openapi.yaml.

  --port N        port to listen on (default: 0, any free port)
  --phase-ms N    duration of each startup phase in milliseconds (default: 300)
  --endpoint ID:STATUS[:ERRORCODE][:SCRIPT]
                  adds an endpoint; can be repeated. SCRIPT is one of
                    fails     each start ends FAILED with INFERENCE_ENGINE_MEMORY_ERROR
                    recovers  the first start ends FAILED with WORKLOAD_INIT_HF_WANDB_API_ERROR, the next RUNNING
                    crashes   RUNNING for five phase durations, then FAILED with INFERENCE_ENGINE_UNKNOWN_ERROR
                    lags      for three phase durations after each accepted request, reads return the previous status
                    silent    inference requests get no response, whatever the status (HTTP 429)
                    reverts   updates are rolled back: UPDATING, then RUNNING with the old version
  --fault CALL:STATUS:SECONDS
                  returns this HTTP status for CALL (status, restart, wake, spec, versions, update, or probe, which is any
                  inference request) for SECONDS, starting with the first such request; can be repeated. With hang in
                  place of STATUS, nothing is returned
  --help          prints this text

Example: npm run simulator -- --port 8080 --endpoint demo:FAILED:fails --endpoint idle:SLEEPING --fault wake:503:20`;

const RUNNING = { status: 'RUNNING' };
const MEMORY_ERROR = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };
const HUB_ERROR = { status: 'FAILED', errorCode: 'WORKLOAD_INIT_HF_WANDB_API_ERROR' };
const CRASH = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_UNKNOWN_ERROR' };

const SCRIPTS: Record<string, (phaseMs: number) => EndpointOptions> = {
  comesUp: (phaseMs) => starts(phaseMs, [[RUNNING]]),
  fails: (phaseMs) => starts(phaseMs, [[MEMORY_ERROR]]),
  recovers: (phaseMs) => starts(phaseMs, [[HUB_ERROR], [RUNNING]]),
  crashes: (phaseMs) => starts(phaseMs, [[{ ...RUNNING, forMs: 5 * phaseMs }, CRASH]]),
  lags: (phaseMs) => ({ ...starts(phaseMs, [[RUNNING]]), staleMs: 3 * phaseMs, staleRestartAnswer: true }),
  silent: (phaseMs) => ({ ...starts(phaseMs, [[RUNNING]]), responds: false }),
  reverts: (phaseMs) => ({ ...starts(phaseMs, [[RUNNING]]), rollsBack: true }),
};

/** Every way to start ends with these steps: the first start with the first ones, and so on. */
function starts(phaseMs: number, ends: [TimelineStep, ...TimelineStep[]][]): EndpointOptions {
  return {
    afterRestart: ends.map(([end, ...rest]) => [...startUp(phaseMs, end), ...rest]),
    afterWake: ends.map(([end, ...rest]) => [...startUp(phaseMs, end, 'AWAKING'), ...rest]),
    afterUpdate: ends.map(([end, ...rest]) => [...rollOut({ updatingMs: phaseMs, end }), ...rest]),
  };
}

/** @throws Error that says which option is wrong, and why. */
export async function readArguments(args: string[]) {
  const {
    help,
    port,
    endpoint,
    fault,
    'phase-ms': phaseText,
  } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      'phase-ms': { type: 'string', default: '300' },
      endpoint: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values;
  const phaseMs = wholeNumber('--phase-ms', phaseText, 86_400_000);
  const endpoints = new Map<string, EndpointOptions>();
  for (const text of endpoint) {
    const [id, options] = await readEndpoint(text, phaseMs);
    if (endpoints.has(id)) throw new Error(`--endpoint: ${id} is listed twice.`);
    endpoints.set(id, options);
  }
  return { help, port: wholeNumber('--port', port, 65_535), endpoints, faults: fault.map(readFault) };
}

function wholeNumber(name: string, text: string, max: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > max) {
    throw new Error(`${name}: "${text}" is not a whole number from 0 to ${max}.`);
  }
  return Number(text);
}

async function readEndpoint(text: string, phaseMs: number): Promise<[string, EndpointOptions]> {
  const [id = '', status = '', ...rest] = text.split(':');
  const script = Object.hasOwn(SCRIPTS, rest.at(-1) ?? '') ? rest.pop() : undefined;
  const [errorCode = null, ...surplus] = rest;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id) || surplus.length > 0) {
    throw new Error(`--endpoint: "${text}" does not have the form ID:STATUS[:ERRORCODE][:SCRIPT].`);
  }
  // A test can use unlisted statuses; on the command line, one would be a typo.
  if (!(await loadContract()).lists({ status, phase: null, errorCode })) {
    throw new Error(`--endpoint: "${text}" has a status or error code that openapi.yaml does not list.`);
  }
  return [id, { status, errorCode, ...SCRIPTS[script ?? 'comesUp']?.(phaseMs) }];
}

function readFault(text: string): Fault {
  const [, name, effect, seconds] = /^([a-z]+):([2-5]\d\d|hang):(\d{1,6})$/.exec(text) ?? [];
  const on = CALLS.find((call) => call === name);
  if (on === undefined) {
    throw new Error(`--fault: "${text}" does not have the form CALL:STATUS:SECONDS, as in restart:503:20.`);
  }
  const when = { on, forMs: Number(seconds) * 1_000 };
  if (effect === 'hang') return { ...when, hang: 'before-answer' };
  return { ...when, respond: { status: Number(effect), body: { message: `Scripted by --fault ${text}.` } } };
}
