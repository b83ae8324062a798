/** Runs a job of a workflow as the runner does, unmodified, with a simulator instead of https://api.friendli.ai. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { startAction } from './action/run-action.js';
import { readCommands, readEnvironmentFile, type WorkflowCommand } from './action/runner-formats.js';

export interface Step extends Partial<Record<'id' | 'name' | 'uses' | 'run' | 'if', string>> {
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** All steps in a workflow, in a part of one, or in a list of steps. */
export function stepsIn(node: unknown): Step[] {
  if (typeof node !== 'object' || node === null) return [];
  return isStep(node) ? [node] : Object.values(node).flatMap(stepsIn);
}

const isStep = (node: object): node is Step => 'uses' in node || 'run' in node;
export const isOurs = ({ uses = '' }: Step): boolean => uses.includes('restart-friendli-endpoint');

/** Whether this machine has what the steps need. */
export const canRunSteps = process.platform !== 'win32' && ['bash', 'curl', 'jq'].every((tool) => pathOf(tool) !== '');

/**
 * First in PATH. A request is limited to a second, so that one that hangs ends; of two options the last one counts. The
 * issues of gh are the lines of a file, and their numbers those of the lines.
 */
const STAND_INS = {
  curl: `#!/usr/bin/env bash
printf '%s\\n' "$@" >> "$RUNNER_TEMP/curl-arguments"
exec ${pathOf('curl')} "\${@//https:\\/\\/api.friendli.ai/$API_URL}" --noproxy '*' --max-time 1 --retry-delay 1
`,
  gh: `#!/usr/bin/env bash
set -euo pipefail
cd "$RUNNER_TEMP"
printf '%s\\0' "$*" >> gh-calls
case "$1 $2" in
  'issue list') jq --raw-input '{number: input_line_number, title: .}' issues | jq --slurp . ;;
  'issue create') printf '%s\\n' "$4" >> issues ;;
  'issue close') sed "$3d" issues > rest && mv rest issues ;;
esac
`,
};

type Context = Readonly<Record<string, string>>;

export interface JobOptions {
  /** Kept from run to run by its owner. The file `issues` in it has the titles of the open issues. */
  folder: string;
  apiUrl: string;
  contexts: Readonly<Record<string, Context>>;
}

export interface JobResult {
  isSuccess: boolean;
  /** Of all steps, in order. */
  log: string;
  commands: WorkflowCommand[];
  /** By the ID of the step. */
  outputs: Record<string, Context>;
  summary: string;
  curlArguments: string;
  /** The arguments of each call of gh. */
  ghCalls: string[];
}

/** Runs the steps of a job. Their log is read in order, stdout and stderr together. */
export async function runJob(
  { env = {}, steps }: { env?: Record<string, string>; steps: Step[] },
  { folder, apiUrl, contexts }: JobOptions,
): Promise<JobResult> {
  const pathTo = (name: string): string => join(folder, name);
  await mkdir(pathTo('bin'), { recursive: true });
  for (const [name, text] of Object.entries(STAND_INS)) {
    await writeFile(pathTo(`bin/${name}`), text, { mode: 0o755 });
  }
  for (const name of ['summary', 'curl-arguments', 'gh-calls']) await writeFile(pathTo(name), '');

  let isSuccess = true;
  let log = '';
  const results: Record<string, { outcome: string; outputs: Context }> = {};
  const evaluate = (expression: string): unknown => {
    const functions = {
      success: () => isSuccess,
      cancelled: () => false,
      fromJSON: JSON.parse,
      contains: (list: unknown[], item: unknown) => list.includes(item),
      format: (text: string, ...values: string[]) => text.replace(/\{(\d)\}/g, (_, at) => values[at] ?? ''),
    };
    // An expression is JavaScript but for names with a hyphen, and for what is absent, which is an empty string.
    const script = expression.replace(/\.(\w+(-\w+)+)/g, "['$1']");
    const known = Object.entries({ steps: results, ...contexts }).map(([name, it]) => [name, lenient(it)]);
    return runInNewContext(script, { ...functions, ...Object.fromEntries(known) });
  };
  const evaluated = (texts: object = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        String(text).replace(/\$\{\{ (.+?) \}\}/g, (_, expression) => String(evaluate(expression))),
      ]),
    );

  async function runScript(script: string, stepEnv: object = {}): Promise<{ exitCode: number | null }> {
    await writeFile(pathTo('script'), script);
    const child = spawn('bash', ['-e', pathTo('script')], {
      cwd: folder,
      env: {
        PATH: `${pathTo('bin')}${delimiter}${process.env['PATH']}`,
        RUNNER_TEMP: folder,
        API_URL: apiUrl,
        GITHUB_OUTPUT: pathTo('output'),
        GITHUB_STEP_SUMMARY: pathTo('summary'),
        ...evaluated({ ...env, ...stepEnv }),
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
    return { exitCode: await new Promise((resolve) => child.once('close', resolve)) };
  }

  for (const { id = '', run, ...step } of steps) {
    const condition = /^\$\{\{ (.+) \}\}$/.exec(step.if ?? '')?.[1] ?? 'success()';
    if (!evaluate(condition)) {
      results[id] = { outcome: 'skipped', outputs: {} };
      continue;
    }
    await writeFile(pathTo('output'), '');
    let exitCode: number | null;
    let outputs: Context;
    if (run === undefined) {
      const inputs = { ...evaluated(step.with), 'api-url': apiUrl };
      const result = await startAction({ inputs, skipPauses: true }).result;
      log += result.stdout;
      ({ exitCode, outputs } = result);
    } else {
      ({ exitCode } = await runScript(run, step.env));
      outputs = Object.fromEntries(readEnvironmentFile(await readFile(pathTo('output'), 'utf8')));
    }
    results[id] = { outcome: exitCode === 0 ? 'success' : 'failure', outputs };
    isSuccess &&= exitCode === 0 || 'continue-on-error' in step;
  }

  const [summary = '', curlArguments = '', ghCalls = ''] = await Promise.all(
    ['summary', 'curl-arguments', 'gh-calls'].map((name) => readFile(pathTo(name), 'utf8')),
  );
  const outputs = Object.fromEntries(Object.entries(results).map(([id, result]) => [id, result.outputs]));
  const commands = readCommands(log).commands.filter(({ name }) => name !== 'add-mask');
  return {
    isSuccess,
    log,
    commands,
    outputs,
    summary,
    curlArguments,
    ghCalls: ghCalls.split('\0').slice(0, -1),
  };
}

/** The same object with an empty string for each property that it does not have, at any depth. */
function lenient(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? '';
  return new Proxy(value, { get: (target, name) => lenient(Reflect.get(target, name)) });
}

function pathOf(tool: string): string {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${tool}`]);
  return stdout?.toString().trim() ?? '';
}
