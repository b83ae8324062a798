/**
 * Starts the bundle as the Actions runner starts it, and reads what it leaves behind as the runner does: exit code, log,
 * workflow commands, outputs and job summary. ACTION_BUNDLE and ACTION_NODE replace the committed bundle and the Node
 * that runs the tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCommands, readEnvironmentFile, type WorkflowCommand } from './runner-formats.js';

const bundle = resolve(
  process.env['ACTION_BUNDLE'] ?? fileURLToPath(new URL('../../dist/index.js', import.meta.url)),
);
/** The Node that runs the bundle. */
export const node = process.env['ACTION_NODE'] ?? process.execPath;

/** What action.yml declares. */
const declared = readActionFile();
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
  /** The size of the outputs' file in bytes. */
  outputBytes: number;
  /** From the start of the process to its end. */
  durationMs: number;
}

export interface RunningAction {
  /** Sends a signal. */
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
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const outputFile = join(folder, 'output');
  const summaryFile = join(folder, 'summary.md');
  const clockFile = join(folder, 'clock');
  for (const file of [outputFile, summaryFile, clockFile]) writeFileSync(file, '');

  const startedAt = performance.now();
  const child = spawn(node, [...nodeArguments(options), bundle], {
    cwd: folder,
    env: present({
      ...systemEnvironment(),
      ...inputEnvironment(inputs),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      CLOCK_SPEED: options.speed?.toString(),
      CLOCK_FILE: clockFile,
      ...env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = collect(child);
  let skipped = 0;
  let hasEnded = false;
  function skippedMs(): number {
    if (!hasEnded) skipped = Number(readFileSync(clockFile, 'utf8')) || skipped;
    return skipped;
  }

  async function result(): Promise<ActionResult> {
    const { exitCode, signal } = await ended(child);
    const durationMs = performance.now() - startedAt;
    const [outputText, summary] = await Promise.all([
      readFile(outputFile, 'utf8'),
      readFile(summaryFile, 'utf8'),
    ]);
    skippedMs();
    hasEnded = true;
    await rm(folder, { recursive: true });
    const { stdout, stderr } = printed;
    const commands = [...readCommands(stdout).commands, ...readCommands(stderr).commands];
    const writes = readEnvironmentFile(outputText);
    return {
      exitCode,
      signal,
      stdout,
      stderr,
      commands,
      annotations: commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name)),
      log: readCommands(stdout).lines,
      outputs: Object.fromEntries(writes),
      writes,
      summary,
      outputBytes: Buffer.byteLength(outputText),
      durationMs,
    };
  }

  return {
    kill: (signal) => void child.kill(signal),
    logged: (text) => logged(child, { text, printed }),
    skippedMs,
    result: result(),
  };
}

function nodeArguments({ skipPauses, speed, preload }: ActionOptions): string[] {
  const names = [skipPauses ? 'no-pauses' : '', speed === undefined ? '' : 'speed', preload ?? ''];
  return names
    .filter((name) => name !== '')
    .flatMap((name) => ['--require', fileURLToPath(new URL(`./preload/${name}.cjs`, import.meta.url))]);
}

/** What Node itself needs: the tests must not depend on the machine's proxies and settings. */
function systemEnvironment(): Record<string, string | undefined> {
  const { PATH, SystemRoot } = process.env;
  return { PATH, SystemRoot };
}

/** As the runner names and fills them: only spaces become `_`, and an input without a default arrives empty. */
function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const all = { ...declared.inputs, ...inputs };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

function present(variables: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(variables);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** What the child has printed until now. */
interface Printed {
  stdout: string;
  stderr: string;
}

function collect({ stdout, stderr }: ChildProcess): Printed {
  const printed = { stdout: '', stderr: '' };
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  return printed;
}

function ended(child: ChildProcess): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function logged(child: ChildProcess, { text, printed }: { text: string; printed: Printed }): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (printed.stdout.includes(text)) resolve();
    };
    look();
    child.stdout?.on('data', look);
    child.once('close', () => reject(new Error(`"${text}" was never logged:\n${printed.stdout}`)));
  });
}

/** Inputs with their defaults, and outputs. */
function readActionFile(): { inputs: Record<string, string>; outputs: Record<string, unknown> } {
  const file: unknown = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));
  const inputs = Object.entries(fieldsOf(fieldsOf(file)['inputs']));
  return {
    inputs: Object.fromEntries(
      inputs.map(([name, input]) => [name, String(fieldsOf(input)['default'] ?? '')]),
    ),
    outputs: fieldsOf(fieldsOf(file)['outputs']),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
