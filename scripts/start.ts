/**
 * `npm start`: the action on this machine, as the Actions runner starts it.
 *
 * Without arguments the committed bundle restarts a failed endpoint on the simulator and waits for it. With
 * `-- --endpoint-id ID`, and the key in FRIENDLI_TOKEN, it does the same on the real API.
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

const BUNDLE = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const USAGE = `Usage: npm start
       FRIENDLI_TOKEN=flp_… npm start -- --endpoint-id ID [--team TEAM] [--wait]

Without an endpoint ID the action runs against a simulator of the API: no account, a few seconds.
With one it runs against the real API, and restarts the endpoint if it is FAILED or TERMINATED.`;

type Inputs = Readonly<Record<string, string>>;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'endpoint-id': { type: 'string' },
      team: { type: 'string' },
      wait: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const endpointId = values['endpoint-id'];
  if (endpointId === undefined) {
    if (values.team !== undefined || values.wait) throw new Error('--team and --wait go with --endpoint-id.');
    return await demonstrate();
  }
  const apiKey = process.env['FRIENDLI_TOKEN'] ?? '';
  if (apiKey === '') {
    throw new Error(
      '--endpoint-id means a real endpoint: put your personal API key (flp_…) into FRIENDLI_TOKEN.',
    );
  }
  const inputs = {
    'endpoint-id': endpointId,
    'api-key': apiKey,
    team: values.team ?? '',
    wait: String(values.wait),
  };
  return await runAction(inputs);
}

async function demonstrate(): Promise<number> {
  const simulator = await startSimulator();
  try {
    simulator.endpoint('demo', {
      errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR',
      afterRestart: [
        { status: 'INITIALIZING', phase: 'REQUESTING_VIRTUAL_MACHINE', forMs: 1_000 },
        { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', forMs: 2_000 },
        { status: 'INITIALIZING', phase: 'ENGINE_INITIALIZING', forMs: 1_000 },
        { status: 'RUNNING' },
      ],
    });
    console.log(`The action runs against a simulator of the Friendli API on ${simulator.url}.\n`);
    return await runAction({
      'endpoint-id': 'demo',
      'api-key': 'flp_not_a_real_key',
      wait: 'true',
      'poll-interval': '0.2',
      'api-url': simulator.url,
    });
  } finally {
    await simulator.close();
  }
}

/** Runs the bundle with the runner's environment and shows log, outputs and summary. Gives back its exit code. */
async function runAction(inputs: Inputs): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'restart-friendli-endpoint-'));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  try {
    for (const file of Object.values(files)) await writeFile(file, '');
    heading('Log');
    const code = await runBundle(inputs, files);
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

async function runBundle(inputs: Inputs, files: Readonly<Record<string, string>>): Promise<number> {
  const { FRIENDLI_TOKEN: _, ...environment } = process.env;
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [BUNDLE], {
    env: { ...environment, ...files, ...Object.fromEntries(variables) },
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

/** Shows a line as the runner does: a mask not at all, an annotation with its level, anything else as it is. */
function showLine(line: string): void {
  const [command] = readCommands(line).commands;
  if (command === undefined) console.log(line);
  else if (command.name !== 'add-mask') {
    console.log(`${command.name.charAt(0).toUpperCase()}${command.name.slice(1)}: ${command.data}`);
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
