/** `npm start`: runs the committed bundle as the Actions runner does, against the API simulator or the real API. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCommands, readEnvironmentFile } from '../test/action/runner-formats.js';
import { startSimulator } from '../test/simulator/simulator.js';
import { DEMOS, type Demo } from './demos.js';

const BUNDLE = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const SPEED_PRELOAD = fileURLToPath(new URL('../test/action/preload/speed.cjs', import.meta.url));
/** How many times faster the clocks of the action and the simulator run in a demo. */
const DEMO_SPEED = 30;
const USAGE = `Usage: npm start [-- --demo NAME]
       FRIENDLI_TOKEN=flp_… npm start -- --endpoint-id ID [--team TEAM] [--wait] [--wake] [--dry-run]

Without --endpoint-id, the action runs against an API simulator; this takes a few seconds and needs no account. A demo
exits with 0 if the step ends as expected, even if it is expected to fail. NAME is one of
${Object.entries(DEMOS)
  .map(([name, { title }]) => `  ${name.padEnd(9)}${title}`)
  .join('\n')}

With --endpoint-id, the action runs against the real API and restarts the endpoint if it is FAILED or TERMINATED.`;

/** Whether the action ended as expected. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      ...{ demo: { type: 'string' }, 'endpoint-id': { type: 'string' }, team: { type: 'string' } },
      ...{ wait: { type: 'boolean' }, wake: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
      help: { type: 'boolean' },
    },
  });
  const { help, demo: name = 'success', ...given } = values;
  const { FRIENDLI_TOKEN: apiKey = '' } = process.env;
  const demo = Object.entries(DEMOS).find(([known]) => known === name)?.[1];
  if (help) {
    console.log(USAGE);
    return true;
  }
  if (Object.keys(given).length === 0) {
    if (!demo) throw new Error(`--demo: "${name}" is not one of ${Object.keys(DEMOS).join(', ')}.`);
    return await demonstrate(demo);
  }
  if (!given['endpoint-id'] || values.demo) throw new Error('A real run requires --endpoint-id, and is not a --demo.');
  if (apiKey === '') throw new Error('--endpoint-id requires your personal API key (flp_…) in FRIENDLI_TOKEN.');
  const inputs = Object.entries(given).map(([input, value]) => [input, String(value)]);
  return (await runAction({ ...Object.fromEntries(inputs), 'api-key': apiKey })).isSuccess;
}

async function demonstrate({ title, endpoint, fault, inputs, outcome }: Demo): Promise<boolean> {
  const startMs = Date.now();
  const simulator = await startSimulator({ now: () => startMs + (Date.now() - startMs) * DEMO_SPEED });
  simulator.endpoint('demo', endpoint);
  if (fault) simulator.fault(fault);
  console.log(`Demo: ${title}`);
  console.log(`The API is simulated at ${simulator.url}; the clock runs ${DEMO_SPEED} times faster.`);
  const all = { 'endpoint-id': 'demo', 'api-key': 'flp_not_a_real_key', wait: 'true', ...inputs };
  heading('Inputs');
  for (const [name, value] of Object.entries(all)) console.log(`${name}: ${value}`);
  process.env['CLOCK_SPEED'] = String(DEMO_SPEED);
  const { outputs } = await runAction({ ...all, 'api-url': simulator.url }, ['--require', SPEED_PRELOAD]);
  await simulator.close();
  for (const violation of simulator.violations) console.error(`Violation: ${violation}`);
  return outputs.get('outcome') === outcome && simulator.violations.length === 0;
}

/** Runs the bundle with the runner's environment, and shows its log and outputs. */
async function runAction(inputs: Readonly<Record<string, string>>, nodeArguments: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'restart-friendli-endpoint-'));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  for (const file of Object.values(files)) writeFileSync(file, '');
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
  // The last value of a name counts.
  const outputs = new Map(readEnvironmentFile(readFileSync(files.GITHUB_OUTPUT, 'utf8')));
  heading('Outputs');
  for (const [name, value] of outputs) console.log(`${name.padEnd(18)}${value}`);
  console.log(`\nThe job summary, in Markdown: ${files.GITHUB_STEP_SUMMARY}`);
  heading(`The step ${exitCode === 0 ? 'succeeded' : 'failed'} (exit code ${exitCode})`);
  return { isSuccess: exitCode === 0, outputs };
}

/** Shows a line as the runner does: no masks, an annotation with its level and title, anything else as it is. */
function showLine(line: string): void {
  const [command] = readCommands(line).commands;
  if (command?.name === 'add-mask') return;
  const { name = '', properties, data = line } = command ?? {};
  const text = [properties?.['title'], ...data.split('\n')].filter(Boolean).join('\n  ');
  console.log(command ? `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${text}` : line);
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 72 - text.length))}`);
}

main().then(
  (isAsExpected) => {
    process.exitCode = isAsExpected ? 0 : 1;
  },
  (error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  },
);
