/**
 * Starts the bundle as the Actions runner starts it, and reads what it leaves behind as the runner does: exit code, log,
 * workflow commands, outputs and job summary. ACTION_BUNDLE and ACTION_NODE replace the committed bundle and the Node
 * that runs the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCommands, readEnvironmentFile, type WorkflowCommand } from './runner-formats.js';

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bundle = resolve(process.env['ACTION_BUNDLE'] ?? pathOf('../../dist/index.js'));
const node = process.env['ACTION_NODE'] ?? process.execPath;

const declared: { inputs: Record<string, { default?: unknown }>; outputs: object } = parse(
  readFileSync(pathOf('../../action.yml'), 'utf8'),
);
/** The names of all outputs, in the order of action.yml. */
export const outputNames: readonly string[] = Object.keys(declared.outputs);

export interface ActionOptions {
  /** By name, as under `with:` in a workflow. All others arrive with their default from action.yml, or empty. */
  inputs?: Readonly<Record<string, string>>;
  /** Variables beside the runner's own; `undefined` removes one of those. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Pauses between requests take no time; on the action's clock they last as long as always. Default: false. */
  skipPauses?: boolean;
  /** How many times as fast as real time the action's clock and all its timers run. Default: 1. */
  speed?: number;
  /** A CommonJS file in `preload/` that is loaded before the bundle. */
  preload?: string;
}

export interface ActionResult {
  /** Null when a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** All workflow commands that the runner would obey, in stdout and stderr. */
  commands: WorkflowCommand[];
  /** The commands that GitHub shows on the run's page. */
  annotations: WorkflowCommand[];
  /** The lines of stdout that are no commands. */
  log: string[];
  /** The last value of each output. */
  outputs: Record<string, string>;
  /** Each output as it was written, in order. */
  writes: [name: string, value: string][];
  summary: string;
  outputBytes: number;
  durationMs: number;
}

export interface RunningAction {
  kill(signal: NodeJS.Signals): void;
  /** Resolves as soon as the log has this text. Rejects if the process ends without it. */
  logged(text: string): Promise<void>;
  /** With `skipPauses`: how long all pauses so far were, in milliseconds. */
  skippedMs(): number;
  /** Resolves when the process is gone and its output is read to the end. */
  result: Promise<ActionResult>;
}

/** Starts the action. The temporary folder is gone when `result` resolves; the process ends by itself or by `kill`. */
export function startAction({ inputs = {}, env = {}, ...options }: ActionOptions): RunningAction {
  const { skipPauses, speed, preload } = options;
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const files = {
    output: join(folder, 'output'),
    summary: join(folder, 'summary'),
    clock: join(folder, 'clock'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const preloads = [skipPauses && 'no-pauses', speed !== undefined && 'speed', preload].filter(Boolean);
  const startedAt = performance.now();
  const requires = preloads.flatMap((name) => ['--require', pathOf(`./preload/${name}.cjs`)]);
  const child = spawn(node, [...requires, bundle], {
    cwd: folder,
    // The tests must not depend on the machine's proxies and settings.
    env: {
      // Node needs both, the second on Windows.
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      ...inputEnvironment(inputs),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      CLOCK_SPEED: String(speed),
      CLOCK_FILE: files.clock,
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
  function skippedMs(): number {
    if (!hasEnded) skipped = Number(readFileSync(files.clock, 'utf8')) || skipped;
    return skipped;
  }

  async function result(): Promise<ActionResult> {
    await once(child, 'close');
    const { exitCode, signalCode: signal } = child;
    const durationMs = performance.now() - startedAt;
    const outputText = readFileSync(files.output, 'utf8');
    const summary = readFileSync(files.summary, 'utf8');
    skippedMs();
    hasEnded = true;
    rmSync(folder, { recursive: true });
    const { commands: inStdout, lines: log } = readCommands(printed.stdout);
    const commands = [...inStdout, ...readCommands(printed.stderr).commands];
    const annotations = commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name));
    const writes = readEnvironmentFile(outputText);
    const outputs = Object.fromEntries(writes);
    const outputBytes = Buffer.byteLength(outputText);
    const ending = { exitCode, signal, ...printed, durationMs };
    return { ...ending, commands, annotations, log, outputs, writes, summary, outputBytes };
  }

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

  return { kill: (signal) => void child.kill(signal), logged, skippedMs, result: result() };
}

/** As the runner names and fills them: only spaces become `_`, and an input without a default arrives empty. */
function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(declared.inputs).map(([name, input]) => [
    name,
    String(input.default ?? ''),
  ]);
  const all: Record<string, string> = { ...Object.fromEntries(defaults), ...inputs };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}
