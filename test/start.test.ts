import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEMOS } from '../scripts/demos.js';

function start(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL('../scripts/start.ts', import.meta.url));
  const env = { ...process.env, FRIENDLI_TOKEN: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe.concurrent('npm start', () => {
  it.each(Object.keys(DEMOS))('shows how demo %s ends as it should', async (name) => {
    const { stdout, ...result } = await start('--demo', name);
    expect(result).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Demo: .*\n── Log ─+\nRestarting .*\n── Outputs ─+\nstatus .*\n── The step (succeed|fail)ed/s,
    );
  });

  it.each([
    ['--help', 0, 'stdout', 'Usage: npm start'],
    ['--demo=none', 2, 'stderr', '--demo: "none" is not'],
    ['--wait', 2, 'stderr', 'A real run requires --endpoint-id'],
    ['--endpoint-id=x', 2, 'stderr', '--endpoint-id requires your personal API key'],
  ] as const)('exits on %s with %i, and says why', async (argument, code, stream, text) => {
    expect(await start(argument)).toMatchObject({ code, [stream]: expect.stringContaining(text) });
  });
});
