/** Runs a shell step of a workflow as the runner does, unmodified, with a simulator instead of https://api.friendli.ai. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readCommands } from './action/runner-formats.js';

export interface Step extends Partial<Record<'id' | 'name' | 'uses' | 'run', string>> {
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

export interface StepOptions {
  /** The value of each expression in the step's `env`. */
  expressions: Readonly<Record<string, string>>;
  apiUrl: string;
  /** The value of bash's own clock at the start, in seconds. */
  startSeconds?: number;
}

/** Whether this machine has what the steps need. */
export const canRunSteps =
  process.platform !== 'win32' && ['bash', 'curl', 'jq'].every((tool) => pathOf(tool) !== '');

/** First in PATH. A request is limited to a second, so that one that hangs ends; of two options the last one counts. */
const STAND_INS = {
  curl: `#!/usr/bin/env bash
printf '%s\\n' "$@" >> arguments
exec ${pathOf('curl')} "\${@//https:\\/\\/api.friendli.ai/$API_URL}" --noproxy '*' --max-time 1 --retry-delay 1
`,
  sleep: `#!/bin/sh\nexec ${pathOf('sleep')} 0.03\n`,
};

/** @throws Error if the step uses an expression that has no value */
export async function runStep(step: Step, { expressions, apiUrl, startSeconds = 0 }: StepOptions) {
  const cwd = await mkdtemp(join(tmpdir(), 'step-'));
  try {
    const files = { script: step.run ?? '', output: '', arguments: '', ...STAND_INS };
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text, { mode: 0o755 });
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'script'], {
      cwd,
      env: {
        PATH: `${cwd}${delimiter}${process.env['PATH']}`,
        TMPDIR: cwd,
        API_URL: apiUrl,
        SECONDS: String(startSeconds),
        GITHUB_OUTPUT: join(cwd, 'output'),
        ...evaluated(step.env, expressions),
      },
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return {
      exitCode,
      log,
      commands: readCommands(log).commands,
      outputs: await readFile(join(cwd, 'output'), 'utf8'),
      curlArguments: await readFile(join(cwd, 'arguments'), 'utf8'),
    };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

function pathOf(tool: string): string {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${tool}`]);
  return stdout?.toString().trim() ?? '';
}

/**
 * What is under a step's `env` or `with`, as it arrives.
 * @throws Error if an expression has no value
 */
export function evaluated(texts: object = {}, values: Readonly<Record<string, string>>) {
  const evaluate = (_: string, expression = ''): string => {
    const value = values[expression];
    if (value === undefined) throw new Error(`The expression ${expression} has no value.`);
    return value;
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, String(text).replace(/\$\{\{ (.+?) \}\}/g, evaluate)]),
  );
}
