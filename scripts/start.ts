/**
 * `npm start`: the action on this machine, as the Actions runner starts it, against the simulator of the API or the real
 * API. ACTION_BUNDLE replaces the committed bundle.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
/** How many times as fast as ours the clocks of the action and of the simulator run in a demo. */
const DEMO_SPEED = 30;

type Strings = Readonly<Record<string, string>>;

/** How to start the bundle. */
interface Launch {
  readonly inputs: Strings;
  readonly env?: Strings;
  readonly nodeArguments?: readonly string[];
}

const USAGE = `Usage: npm start [-- --demo NAME]
       FRIENDLI_TOKEN=flp_… npm start -- --endpoint-id ID [--team TEAM] [--wait] [--wake] [--dry-run]

Without --endpoint-id, the action runs against a simulator of the API: no account, a few seconds. A demo exits with 0
if the step ends as it should, even if it should fail. NAME is one of
${Object.entries(DEMOS)
  .map(([name, { title }]) => `  ${name.padEnd(9)}${title}`)
  .join('\n')}

With --endpoint-id, it runs against the real API, and restarts the endpoint if it is FAILED or TERMINATED.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      demo: { type: 'string' },
      'endpoint-id': { type: 'string' },
      team: { type: 'string' },
      wait: { type: 'boolean', default: false },
      wake: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, demo: name, 'endpoint-id': endpointId, team, wait, wake, 'dry-run': dryRun } = values;
  if (help) {
    console.log(USAGE);
    return 0;
  }
  if (endpointId === undefined) {
    if (team !== undefined || wait || wake || dryRun) {
      throw new Error('--team, --wait, --wake and --dry-run require --endpoint-id.');
    }
    const demo = Object.hasOwn(DEMOS, name ?? 'success') ? DEMOS[name ?? 'success'] : undefined;
    if (demo === undefined)
      throw new Error(`--demo: "${name}" is not one of ${Object.keys(DEMOS).join(', ')}.`);
    return await demonstrate(demo);
  }
  if (name !== undefined) throw new Error('--demo and --endpoint-id exclude each other.');
  const apiKey = process.env['FRIENDLI_TOKEN'] ?? '';
  if (apiKey === '') {
    throw new Error('--endpoint-id requires your personal API key (flp_…) in the variable FRIENDLI_TOKEN.');
  }
  const switches = { wait: String(wait), wake: String(wake), 'dry-run': String(dryRun) };
  return await runAction({
    inputs: { 'endpoint-id': endpointId, 'api-key': apiKey, team: team ?? '', ...switches },
  });
}

async function demonstrate({ title, endpoint, fault, inputs, exitCode }: Demo): Promise<number> {
  const startMs = Date.now();
  const simulator = await startSimulator({ now: () => startMs + (Date.now() - startMs) * DEMO_SPEED });
  try {
    simulator.endpoint('demo', endpoint);
    if (fault) simulator.fault(fault);
    console.log(`Demo: ${title}`);
    console.log(
      `The API is a simulator on ${simulator.url}, and the clock runs ${DEMO_SPEED} times as fast.`,
    );
    heading('Inputs');
    for (const [name, value] of Object.entries(inputs)) console.log(`${name}: ${value}`);
    const actual = await runAction({
      inputs: { 'endpoint-id': 'demo', 'api-key': 'flp_not_a_real_key', 'api-url': simulator.url, ...inputs },
      env: { CLOCK_SPEED: String(DEMO_SPEED) },
      nodeArguments: ['--require', SPEED_PRELOAD],
    });
    for (const violation of simulator.violations) console.error(`Violation: ${violation}`);
    return actual === exitCode && simulator.violations.length === 0 ? 0 : 1;
  } finally {
    await simulator.close();
  }
}

/** Runs the bundle with the runner's environment and shows log, outputs and summary. Returns its exit code. */
async function runAction(launch: Launch): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'restart-friendli-endpoint-'));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  try {
    for (const file of Object.values(files)) await writeFile(file, '');
    heading('Log');
    const code = await runBundle({ ...launch, env: { ...launch.env, ...files } });
    heading('Outputs');
    // The last value of a name counts.
    for (const [name, value] of new Map(readEnvironmentFile(await readFile(files.GITHUB_OUTPUT, 'utf8')))) {
      console.log(`${name.padEnd(18)}${value}`);
    }
    heading('Job summary');
    console.log((await readFile(files.GITHUB_STEP_SUMMARY, 'utf8')).trimEnd());
    heading(`The step ${code === 0 ? 'succeeded' : 'failed'} (exit code ${code})`);
    return code;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runBundle({ inputs, env = {}, nodeArguments = [] }: Launch): Promise<number> {
  const { FRIENDLI_TOKEN: _, ...environment } = process.env;
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [...nodeArguments, BUNDLE], {
    env: { ...environment, ...env, ...Object.fromEntries(variables) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Ctrl-C reaches the action too, as a cancel does on the runner; this process stays to show how it ended.
  process.on('SIGINT', () => undefined);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  for await (const line of createInterface({ input: child.stdout })) showLine(line);
  return await ended;
}

/** Shows a line as the runner does: no masks, an annotation with its level and title, anything else as it is. */
function showLine(line: string): void {
  const [command] = readCommands(line).commands;
  if (command === undefined) console.log(line);
  else if (command.name !== 'add-mask') {
    const { name, properties, data } = command;
    const text = [properties['title'] ?? '', ...data.split('\n')].filter((part) => part !== '').join('\n  ');
    console.log(`${name.charAt(0).toUpperCase()}${name.slice(1)}: ${text}`);
  }
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
