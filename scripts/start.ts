/**
 * `npm start`: runs the action on this machine as the Actions runner does, against the API simulator or the real API.
 * ACTION_BUNDLE replaces the committed bundle.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCommands, readEnvironmentFile } from '../test/action/runner-formats.js';
import { startSimulator } from '../test/simulator/simulator.js';
import { DEMOS, type Demo } from './demos.js';

const BUNDLE = process.env['ACTION_BUNDLE'] ?? fileURLToPath(new URL('../dist/index.js', import.meta.url));
const SPEED_PRELOAD = fileURLToPath(new URL('../test/action/preload/speed.cjs', import.meta.url));
/** How many times faster the clocks of the action and the simulator run in a demo. */
const DEMO_SPEED = 30;
const TITLES = Object.entries(DEMOS).map(([name, { title }]) => `  ${name.padEnd(9)}${title}`);
const USAGE = `Usage: npm start [-- --demo NAME]
       FRIENDLI_TOKEN=flp_… npm start -- --endpoint-id ID [--team TEAM] [--wait] [--wake] [--dry-run]

Without --endpoint-id, the action runs against an API simulator; this takes a few seconds and needs no account. A demo
exits with 0 if the step ends as expected, even if it is expected to fail. NAME is one of
${TITLES.join('\n')}

With --endpoint-id, the action runs against the real API and restarts the endpoint if it is FAILED or TERMINATED.`;

type Strings = Readonly<Record<string, string>>;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...{ demo: { type: 'string' }, 'endpoint-id': { type: 'string' }, team: { type: 'string' } },
      ...{ wait: { type: 'boolean' }, wake: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
      help: { type: 'boolean' },
    },
  });
  const { help, demo: name, ...inputs } = values;
  if (help) {
    console.log(USAGE);
    return 0;
  }
  if (inputs['endpoint-id'] === undefined) {
    if (Object.keys(inputs).length > 0) {
      throw new Error('--team, --wait, --wake, and --dry-run require --endpoint-id.');
    }
    const demo = Object.entries(DEMOS).find(([known]) => known === (name ?? 'success'))?.[1];
    if (demo) return await demonstrate(demo);
    throw new Error(`--demo: "${name}" is not one of ${Object.keys(DEMOS).join(', ')}.`);
  }
  if (name !== undefined) throw new Error("--demo and --endpoint-id can't be combined.");
  const { FRIENDLI_TOKEN: apiKey = '' } = process.env;
  if (apiKey === '') {
    throw new Error('--endpoint-id requires your personal API key (flp_…) in the variable FRIENDLI_TOKEN.');
  }
  const given = Object.entries(inputs).map(([input, value]) => [input, String(value)]);
  return await runAction({ ...Object.fromEntries(given), 'api-key': apiKey });
}

async function demonstrate({ title, endpoint, fault, inputs, exitCode }: Demo): Promise<number> {
  const startMs = Date.now();
  const simulator = await startSimulator({ now: () => startMs + (Date.now() - startMs) * DEMO_SPEED });
  try {
    simulator.endpoint('demo', endpoint);
    if (fault) simulator.fault(fault);
    console.log(`Demo: ${title}`);
    console.log(`The API is simulated at ${simulator.url}; the clock runs ${DEMO_SPEED} times faster.`);
    heading('Inputs');
    for (const [name, value] of Object.entries(inputs)) console.log(`${name}: ${value}`);
    const required = { 'endpoint-id': 'demo', 'api-key': 'flp_not_a_real_key', 'api-url': simulator.url };
    process.env['CLOCK_SPEED'] = String(DEMO_SPEED);
    const actual = await runAction({ ...required, ...inputs }, ['--require', SPEED_PRELOAD]);
    for (const violation of simulator.violations) console.error(`Violation: ${violation}`);
    return actual === exitCode && simulator.violations.length === 0 ? 0 : 1;
  } finally {
    await simulator.close();
  }
}

/** Runs the bundle with the runner's environment and shows its log and outputs. Returns its exit code. */
async function runAction(inputs: Strings, nodeArguments: readonly string[] = []): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'restart-friendli-endpoint-'));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  for (const file of Object.values(files)) await writeFile(file, '');
  const { FRIENDLI_TOKEN: _, ...environment } = process.env;
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  heading('Log');
  const child = spawn(process.execPath, [...nodeArguments, BUNDLE], {
    env: { ...environment, ...files, ...Object.fromEntries(variables) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  // Ctrl-C reaches the action too, as a cancellation does on the runner; this process stays to show how it ended.
  process.on('SIGINT', () => undefined);
  for await (const line of createInterface({ input: child.stdout })) showLine(line);
  const [exitCode] = await closed;
  heading('Outputs');
  // The last value of a name counts.
  for (const [name, value] of new Map(readEnvironmentFile(await readFile(files.GITHUB_OUTPUT, 'utf8')))) {
    console.log(`${name.padEnd(18)}${value}`);
  }
  console.log(`\nThe job summary, in Markdown: ${files.GITHUB_STEP_SUMMARY}`);
  heading(`The step ${exitCode === 0 ? 'succeeded' : 'failed'} (exit code ${exitCode})`);
  return exitCode ?? 1;
}

/** Shows a line as the runner does: no masks, an annotation with its level and title, anything else as it is. */
function showLine(line: string): void {
  const [command] = readCommands(line).commands;
  if (command?.name === 'add-mask') return;
  if (command === undefined) {
    console.log(line);
    return;
  }
  const { name, properties, data } = command;
  const text = [properties['title'] ?? '', ...data.split('\n')].filter((part) => part !== '').join('\n  ');
  console.log(`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${text}`);
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 72 - text.length))}`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  },
);
