/**
 * Starts the bundle as the Actions runner starts it, and reads what it leaves behind as the runner does. ACTION_BUNDLE and
 * ACTION_NODE replace the committed bundle and the Node that runs the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readCommands, readEnvironmentFile } from './runner-formats.js';

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bundle = resolve(process.env['ACTION_BUNDLE'] ?? pathOf('../../dist/index.js'));
const node = process.env['ACTION_NODE'] ?? process.execPath;

type Strings = Readonly<Record<string, string>>;
const declared: { inputs: Record<string, { default?: unknown }>; outputs: object } = parse(
  readFileSync(pathOf('../../action.yml'), 'utf8'),
);
const defaults: Strings = Object.fromEntries(
  Object.entries(declared.inputs).map(([name, input]) => [name, String(input.default ?? '')]),
);
/** The names of all outputs. */
export const outputNames: readonly string[] = Object.keys(declared.outputs).sort();

export interface ActionOptions {
  /** By name, as under `with:` in a workflow. All others have their default from action.yml, or are empty. */
  inputs?: Strings;
  /** Variables in addition to the runner's own; `undefined` removes one of those. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Pauses between requests take no time; on the action's clock they last as long as always. Default: false. */
  skipPauses?: boolean;
  /** A CommonJS file in `preload/` that is loaded before the bundle. */
  preload?: string;
}

export type RunningAction = ReturnType<typeof startAction>;
export type ActionResult = Awaited<RunningAction['result']>;

/** Starts the action. Its temporary folder is removed before `result` resolves. */
export function startAction({ inputs = {}, env = {}, skipPauses, preload }: ActionOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  const files = { output: join(folder, 'output'), summary: join(folder, 'summary'), clock: join(folder, 'clock') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const preloads = [skipPauses && 'no-pauses', preload].filter(Boolean);
  const requires = preloads.flatMap((name) => ['--require', pathOf(`./preload/${name}.cjs`)]);
  const variables = Object.entries({ ...defaults, ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const child = spawn(node, [...requires, bundle], {
    cwd: folder,
    // The tests must not depend on the machine's proxies and settings. Windows needs SystemRoot.
    env: {
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      ...Object.fromEntries(variables),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      CLOCK_FILE: files.clock,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** What the action has written so far. */
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  let skipped = 0;
  /** With `skipPauses`: how long all pauses so far were, in milliseconds. */
  function skippedMs(): number {
    if (existsSync(files.clock)) skipped = Number(readFileSync(files.clock, 'utf8')) || skipped;
    return skipped;
  }

  async function readResult() {
    await once(child, 'close');
    // A signal that ended the process leaves no exit code.
    const { exitCode, signalCode: signal } = child;
    const writes = readEnvironmentFile(readFileSync(files.output, 'utf8'));
    const summary = readFileSync(files.summary, 'utf8');
    skippedMs();
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

  /** Resolves when the process has exited and its output is read to the end. */
  const result = readResult();
  return { kill: (signal: NodeJS.Signals): boolean => child.kill(signal), printed, skippedMs, result };
}
