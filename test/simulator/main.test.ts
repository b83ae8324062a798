import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

function start(args: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/simulator/main.ts', ...args.split(' ')]);
  const errors = text(child.stderr);
  const exit = once(child, 'close').then(([code]: unknown[]) => code);
  const line = once(child.stdout, 'data').then(([data]: unknown[]) => String(data));
  return { child, errors, exit, line };
}

describe.concurrent('the simulator on the command line', () => {
  it('serves its endpoints, and ends on SIGTERM', async () => {
    const endpoints = '--endpoint up:FAILED --endpoint down:SLEEPING:fails --endpoint mute:RUNNING:silent';
    const simulator = start(`--phase-ms 0 ${endpoints}`);
    const url = /^Simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(await simulator.line)?.[1];
    const send = async (path: string, init: RequestInit = { method: 'PUT' }) => {
      const headers = { authorization: 'Bearer key', 'content-type': 'application/json' };
      return (await fetch(`${url}/dedicated/${path}`, { headers, ...init })).text();
    };
    expect(await send('beta/endpoint/up/restart')).toContain('RUNNING');
    expect(await send('beta/endpoint/down/wake')).toMatch(/FAILED.*INFERENCE_ENGINE_MEMORY_ERROR/);
    const body = '{"model":"mute","prompt":"ping"}';
    expect(await send('v1/tokenize', { method: 'POST', body })).toContain('No replica');
    simulator.child.kill('SIGTERM');
    expect(await simulator.exit).toBe(0);
    expect(await simulator.errors).toBe('');
  });

  it('exits with 1 and names each request that did not match the document', async () => {
    const simulator = start('--phase-ms 0');
    await fetch(`${(await simulator.line).trim().split(' ').at(-1)}/nowhere`);
    simulator.child.kill('SIGINT');
    expect(await simulator.exit).toBe(1);
    expect(await simulator.errors).toBe('Violation: GET /nowhere: the document has no such call\n');
  });
});
