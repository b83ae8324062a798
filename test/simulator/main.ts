/**
 * The simulator from the command line, see `npm run simulator -- --help`.
 *
 * In the background it is started as `node --import tsx test/simulator/main.ts ... &`: npm and npx do not pass signals
 * on, so that killing them would leave the simulator running.
 */
import { parseArgs } from 'node:util';
import { type EndpointOptions, startSimulator } from './simulator.js';
import { startUp } from './state.js';

const USAGE = `Usage: npm run simulator -- [options]

Serves a simulated Friendli API on a loopback port until Ctrl-C. Exits with 1 if a request did not match openapi.yaml.

  --phase-ms N    duration of each startup phase in milliseconds (default: 300)
  --endpoint ID:STATUS[:ERRORCODE][:fails|:silent]
                  adds an endpoint; can be repeated. Each start of one that \`fails\` ends FAILED with
                  INFERENCE_ENGINE_MEMORY_ERROR. One that is \`silent\` does not respond to inference requests (HTTP 429)
  --help          prints this text

Example: npm run simulator -- --endpoint demo:FAILED:fails --endpoint idle:SLEEPING`;

/** @throws Error that says which option is wrong. */
function readArguments() {
  const { values } = parseArgs({
    options: {
      'phase-ms': { type: 'string', default: '300' },
      endpoint: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const { 'phase-ms': phaseMs, help } = values;
  if (!/^\d{1,9}$/.test(phaseMs)) throw new Error(`--phase-ms: "${phaseMs}" is not a number of milliseconds.`);
  return { help, endpoints: values.endpoint.map((text) => readEndpoint(text, Number(phaseMs))) };
}

function readEndpoint(text: string, phaseMs: number): [id: string, EndpointOptions] {
  const form = /^([\w-]{1,128}):([A-Z]+)(?::([A-Z_]+))?(?::(fails|silent))?$/;
  const [, id, status, errorCode = null, script] = form.exec(text) ?? [];
  if (id === undefined || status === undefined) {
    throw new Error(`--endpoint: "${text}" does not have the form ID:STATUS[:ERRORCODE][:fails|:silent].`);
  }
  const memoryError = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };
  const end = script === 'fails' ? memoryError : { status: 'RUNNING' };
  const [afterRestart, afterWake] = [startUp(phaseMs, end), startUp(phaseMs, end, 'AWAKING')];
  return [id, { status, errorCode, afterRestart, afterWake, responds: script !== 'silent' }];
}

async function main(): Promise<void> {
  const { help, endpoints } = readArguments();
  if (help) return console.log(USAGE);
  const { url, endpoint, close, violations } = await startSimulator();
  for (const [id, options] of endpoints) endpoint(id, options);
  const end = async (): Promise<void> => {
    await close();
    for (const violation of violations) console.error(`Violation: ${violation}`);
    process.exitCode = violations.length > 0 ? 1 : 0;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  console.log(`Simulator listening on ${url}`);
}

main().catch((error: unknown) => {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
});
