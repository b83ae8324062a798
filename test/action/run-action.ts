/**
 * Starts the bundle as the Actions runner starts it, and reads what it leaves behind as the runner does. ACTION_BUNDLE and
 * ACTION_NODE replace the committed bundle and the Node that runs the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCommands, readEnvironmentFile } from './runner-formats.js';

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bundle = resolve(process.env['ACTION_BUNDLE'] ?? pathOf('../../dist/index.js'));
const node = process.env['ACTION_NODE'] ?? process.execPath;

const declared: { inputs: Record<string, { default?: unknown }>; outputs: object } = parse(
  readFileSync(pathOf('../../action.yml'), 'utf8'),
);
/** The names of all outputs, in the order of action.yml. */
export const outputNames: readonly string[] = Object.keys(declared.outputs);

export interface ActionOptions {
  /** By name, as under `with:` in a workflow. All others have their default from action.yml, or are empty. */
  inputs?: Readonly<Record<string, string>>;
  /** Variables in addition to the runner's own; `undefined` removes one of those. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Pauses between requests take no time; on the action's clock they last as long as always. Default: false. */
  skipPauses?: boolean;
  /** How many times as fast as real time the action's clock and all its timers run. Default: 1. */
  speed?: number;
  /** A CommonJS file in `preload/` that is loaded before the bundle. */
  preload?: string;
}

export type RunningAction = ReturnType<typeof startAction>;
export type ActionResult = Awaited<RunningAction['result']>;

/** Starts the action. Its temporary folder is removed before `result` resolves. */
export function startAction({ inputs = {}, env = {}, ...options }: ActionOptions) {
  const { skipPauses, speed, preload } = options;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const pathTo = (name: 'output' | 'summary' | 'clock'): string => join(folder, name);
  for (const name of ['output', 'summary', 'clock'] as const) writeFileSync(pathTo(name), '');
  const preloads = [skipPauses && 'no-pauses', speed !== undefined && 'speed', preload].filter(Boolean);
  const requires = preloads.flatMap((name) => ['--require', pathOf(`./preload/${name}.cjs`)]);
  const child = spawn(node, [...requires, bundle], {
    cwd: folder,
    // The tests must not depend on the machine's proxies and settings. Windows needs SystemRoot.
    env: {
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      ...inputEnvironment(inputs),
      GITHUB_OUTPUT: pathTo('output'),
      GITHUB_STEP_SUMMARY: pathTo('summary'),
      CLOCK_SPEED: String(speed),
      CLOCK_FILE: pathTo('clock'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  let skipped = 0;
  let hasEnded = false;
  /** With `skipPauses`: how long all pauses so far were, in milliseconds. */
  function skippedMs(): number {
    if (!hasEnded) skipped = Number(readFileSync(pathTo('clock'), 'utf8')) || skipped;
    return skipped;
  }

  async function readResult() {
    await once(child, 'close');
    // A signal that ended the process leaves no exit code.
    const { exitCode, signalCode: signal } = child;
    const writes = readEnvironmentFile(readFileSync(pathTo('output'), 'utf8'));
    const summary = readFileSync(pathTo('summary'), 'utf8');
    skippedMs();
    hasEnded = true;
    rmSync(folder, { recursive: true });
    const { commands: inStdout, lines: log } = readCommands(printed.stdout);
    /** All workflow commands that the runner would obey. */
    const commands = [...inStdout, ...readCommands(printed.stderr).commands];
    /** Those that GitHub shows on the run's page. */
    const annotations = commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name));
    /** The last value of each output. */
    const outputs: Record<string, string> = Object.fromEntries(writes);
    return { exitCode, signal, ...printed, commands, annotations, log, outputs, writes, summary };
  }

  /** Resolves once the log has this text. Rejects if the process ends without it. */
  function logged(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (printed.stdout.includes(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`"${text}" was never logged:\n${printed.stdout}`)));
    });
  }

  const kill = (signal: NodeJS.Signals): boolean => child.kill(signal);
  /** Resolves when the process has exited and its output is read to the end. */
  const result = readResult();
  return { kill, logged, skippedMs, result };
}

/** As the runner names and fills them: only spaces become `_`, and an input without a default is empty. */
function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const all: Record<string, string> = { ...inputs };
  for (const [name, input] of Object.entries(declared.inputs)) all[name] ??= String(input.default ?? '');
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}
