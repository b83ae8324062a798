/** The command line of main.ts: what may stand in it, and what is wrong with it. */
import { parseArgs } from 'node:util';
import { loadContract } from './contract.js';
import type { EndpointOptions } from './service.js';
import { startUp } from './state.js';

export const usage = `Usage: main.ts [--port N] [--phase-ms N] [--endpoint ID:STATUS[:ERRORCODE][:fails]]...
  --port N       the port to listen on; 0, the default, takes any free one
  --phase-ms N   how long each phase of a start lasts, in milliseconds; default 300
  --endpoint     an endpoint and its state at the start; with :fails its restart ends FAILED again
                 with INFERENCE_ENGINE_MEMORY_ERROR`;

export interface Arguments {
  port: number;
  endpoints: Map<string, EndpointOptions>;
}

/** A mistake of the person at the command line. */
export class UsageError extends Error {}

/** @throws UsageError that says which option is wrong, and why. */
export async function readArguments(args: string[]): Promise<Arguments> {
  const { port, endpoint: texts, 'phase-ms': phaseText } = readOptions(args);
  const phaseMs = wholeNumber('--phase-ms', phaseText, 86_400_000);
  const endpoints = new Map<string, EndpointOptions>();
  for (const text of texts) {
    const [id, options] = await readEndpoint(text, phaseMs);
    if (endpoints.has(id)) throw new UsageError(`--endpoint: ${id} is there twice.`);
    endpoints.set(id, options);
  }
  return { port: wholeNumber('--port', port, 65_535), endpoints };
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '0' },
        'phase-ms': { type: 'string', default: '300' },
        endpoint: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > max) {
    throw new UsageError(`${name}: "${text}" is not a whole number from 0 to ${max}.`);
  }
  return Number(text);
}

async function readEndpoint(text: string, phaseMs: number): Promise<[string, EndpointOptions]> {
  const [id = '', status = '', ...rest] = text.split(':');
  const fails = rest.at(-1) === 'fails';
  const [errorCode = null, ...surplus] = fails ? rest.slice(0, -1) : rest;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id) || surplus.length > 0) {
    throw new UsageError(`--endpoint: "${text}" is not of the form ID:STATUS[:ERRORCODE][:fails].`);
  }
  // A test may use statuses that nobody knows, but on the command line it would be a slip of the pen.
  if (!(await loadContract()).lists({ status, phase: null, errorCode })) {
    throw new UsageError(`--endpoint: "${text}" has a status or error code that openapi.yaml does not list.`);
  }
  const end = fails
    ? { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' }
    : { status: 'RUNNING' };
  return [id, { status, errorCode, afterRestart: startUp(phaseMs, end) }];
}
