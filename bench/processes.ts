/** Starts scripts as the Actions runner starts them, and takes their time. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A script that has not ended by then is killed, in milliseconds. */
const LONGEST_RUN_MS = 30_000;
const BUNDLE = fileURLToPath(new URL('../dist/index.js', import.meta.url));

export interface Launch {
  /** The Node executable. */
  readonly node: string;
  readonly script: string;
  /** Loaded before the script. */
  readonly preload?: string | undefined;
  /** Added to the few variables that every process needs. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run {
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  /** From before the process was made to after its exit was seen. */
  readonly totalMs: number;
  readonly exitCode: number;
  readonly stdout: string;
}

/** The bundle as it is committed. */
export const bundle = BUNDLE;

/** The path of one of the scripts that stand beside the bundle in the tables. */
export function scriptPath(name: 'empty' | 'two-requests' | 'peak-memory'): string {
  return fileURLToPath(new URL(`./scripts/${name}.cjs`, import.meta.url));
}

/**
 * Runs a script to its end. Its environment is made from nothing, so that neither a proxy, NODE_OPTIONS nor
 * NODE_EXTRA_CA_CERTS of the person who measures takes part. Its output goes into pipes, as under the runner.
 *
 * @throws Error when the process cannot be started, or is killed
 */
export function run({ node, script, preload, env = {} }: Launch): Promise<Run> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(node, [...(preload === undefined ? [] : ['--require', preload]), script], {
      env: { ...inherited(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_RUN_MS,
    });
    let totalMs = 0;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', () => {
      totalMs = performance.now() - startedAt;
    });
    child.once('close', (exitCode) => {
      if (exitCode === null) reject(new Error(`${script} did not end by itself.\n${stderr}`));
      else resolve({ startedAt, totalMs, exitCode, stdout });
    });
  });
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => [[name, process.env[name] ?? '']]).filter(([, v]) => v));
}
