/** Runs a job of a workflow as the runner does, unmodified, with a simulator instead of https://api.friendli.ai. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { startAction } from './action/run-action.js';
import { readCommands, readEnvironmentFile } from './action/runner-formats.js';

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

/** Whether this machine has what the steps need. */
export const canRunSteps =
  process.platform !== 'win32' && spawnSync('bash', ['-c', 'type curl && type jq']).status === 0;

/**
 * First in PATH. curl refuses secrets as arguments, which others could read, and ends a request that hangs after a second
 * (of two options, the last one counts). The issues of gh are the lines of a file, and their numbers those of the lines.
 */
const STAND_INS = {
  curl: `#!/usr/bin/env bash
if grep --quiet --fixed-strings "$SECRETS" <<< "$*"; then exit 99; fi
PATH=\${PATH#*:}
exec curl "\${@//https:\\/\\/api.friendli.ai/$API_URL}" --noproxy '*' --max-time 1 --retry-delay 1
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
type Contexts = Readonly<Record<string, Context>>;

/** Runs a workflow's only job, or a list of steps. The file `issues` in the folder has the titles of the open issues. */
export async function runJob(workflow: string, options: { folder: string; apiUrl: string; contexts: Contexts }) {
  const { folder, apiUrl, contexts } = options;
  const document: { jobs?: Record<string, Pick<Step, 'env'>> } = parse(workflow);
  const [job] = Object.values(document.jobs ?? {});
  const pathTo = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(pathTo(name), 'utf8');
  mkdirSync(pathTo('bin'), { recursive: true });
  for (const [name, text] of Object.entries(STAND_INS)) writeFileSync(pathTo(`bin/${name}`), text, { mode: 0o755 });
  for (const name of ['summary', 'gh-calls']) writeFileSync(pathTo(name), '');

  const steps: Record<string, { outcome: string; outputs: Context }> = {};
  let isSuccess = true;
  let log = '';
  const functions = {
    cancelled: () => false,
    fromJSON: JSON.parse,
    contains: (list: unknown[], item: unknown) => list.includes(item),
    format: (text: string, ...values: string[]) => text.replace(/\{(\d)\}/g, (_, at) => values[at] ?? ''),
  };
  /** An expression is JavaScript but for names with a hyphen, and for what is absent, which is an empty string. */
  const evaluate = (text: unknown): string =>
    String(text).replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
      const known = Object.entries({ steps, ...contexts }).map(([name, value]) => [name, lenient(value)]);
      const script = expression.replace(/\.(\w+(-\w+)+)/g, "['$1']");
      return String(runInNewContext(script, { ...functions, ...Object.fromEntries(known) }));
    });
  const evaluateAll = (texts: object = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, evaluate(text)]));

  async function runScript(script: string, stepEnv?: Context) {
    writeFileSync(pathTo('script'), script);
    writeFileSync(pathTo('output'), '');
    const env = {
      PATH: `${pathTo('bin')}:${process.env['PATH']}`,
      RUNNER_TEMP: folder,
      API_URL: apiUrl,
      SECRETS: Object.values(contexts['secrets'] ?? {}).join('\n'),
      GITHUB_OUTPUT: pathTo('output'),
      GITHUB_STEP_SUMMARY: pathTo('summary'),
      ...evaluateAll({ ...job?.env, ...stepEnv }),
    };
    const ended = await new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
      execFile('bash', ['-e', pathTo('script')], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ exitCode: error ? 1 : 0, stdout, stderr }),
      );
    });
    return { ...ended, outputs: Object.fromEntries(readEnvironmentFile(read('output'))) };
  }

  for (const { id = '', run, ...step } of stepsIn(document)) {
    steps[id] = { outcome: 'skipped', outputs: {} };
    if (step.if ? evaluate(step.if) !== 'true' : !isSuccess) continue;
    const inputs = { ...evaluateAll(step.with), 'api-url': apiUrl };
    const ended = await (run === undefined
      ? startAction({ inputs, skipPauses: true }).result
      : runScript(run, step.env));
    log += ended.stdout + ended.stderr;
    steps[id] = { outcome: ended.exitCode === 0 ? 'success' : 'failure', outputs: ended.outputs };
    isSuccess &&= ended.exitCode === 0 || 'continue-on-error' in step;
  }

  const annotations = readCommands(log)
    .commands.filter(({ name }) => name !== 'add-mask')
    .map(({ name, properties, data }) => `${name}: ${properties['title'] ?? ''}: ${data}`);
  const ghCalls = read('gh-calls').split('\0').slice(0, -1);
  return { isSuccess, log, annotations, steps, summary: read('summary'), ghCalls };
}

/** The same object with an empty string for each property that it does not have, at any depth. */
function lenient(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? '';
  return new Proxy(value, { get: (target, name) => lenient(Reflect.get(target, name)) });
}
