import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArguments, UsageError } from './arguments.js';
import { call } from './client.js';
import { startUp } from './state.js';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr);
  const exit = once(child, 'close').then(([code]: unknown[]) => code);
  async function url(): Promise<string> {
    const [line]: unknown[] = await once(child.stdout, 'data');
    return (
      /^Simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1] ??
      `unexpected: ${line}`
    );
  }
  return { child, errors, exit, url };
}

describe.concurrent('the simulator on the command line', { timeout: 20_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves its endpoints and ends cleanly on %s', async (signal) => {
    const code = 'WORKLOAD_INIT_DOWNLOAD_ERROR';
    const process = start(
      '--phase-ms',
      '0',
      '--endpoint',
      'up:FAILED',
      '--endpoint',
      `down:FAILED:${code}:fails`,
    );
    const base = `${await process.url()}/dedicated/beta/endpoint`;
    const ask = async (path: string, method = 'GET') => (await call(`${base}/${path}`, { method })).body;

    expect(await ask('down/status')).toContain(code);
    expect(await ask('up/restart', 'PUT')).toContain('RUNNING');
    expect(await ask('down/restart', 'PUT')).toMatch(/FAILED.*INFERENCE_ENGINE_MEMORY_ERROR/);
    process.child.kill(signal);
    expect(await process.exit).toBe(0);
    expect(await process.errors).toBe('');
  });

  it('exits with 1 and tells what did not fit the document', async () => {
    const process = start();
    await call(`${await process.url()}/nowhere`);
    process.child.kill('SIGTERM');
    expect(await process.exit).toBe(1);
    expect(await process.errors).toBe('Violation: GET /nowhere: the document has no such call\n');
  });

  it('exits with 2 and shows what it takes on bad options', async () => {
    const process = start('--bogus');
    expect(await process.exit).toBe(2);
    expect(await process.errors).toMatch(/^Error: Unknown option '--bogus'[\s\S]*\nUsage: /);
  });
});

describe('arguments of the command line', () => {
  it('give the endpoints their start and the end of their restart', async () => {
    const args = [
      '--port',
      '8080',
      '--phase-ms',
      '7',
      '--endpoint',
      'a:FAILED',
      '--endpoint',
      'b:TERMINATED:fails',
    ];
    const { port, endpoints } = await readArguments(args);
    const failed = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };
    expect(port).toBe(8080);
    expect([...endpoints]).toEqual([
      ['a', { status: 'FAILED', errorCode: null, afterRestart: startUp(7) }],
      ['b', { status: 'TERMINATED', errorCode: null, afterRestart: startUp(7, failed) }],
    ]);
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--port'], 'argument missing'],
    [['extra'], "Unexpected argument 'extra'"],
    [['--port', '65536'], '--port: "65536" is not a whole number from 0 to 65535.'],
    [['--phase-ms', '1.5'], '--phase-ms: "1.5" is not a whole number'],
    [['--endpoint', 'a.b:FAILED'], 'is not of the form ID:STATUS'],
    [['--endpoint', 'a:FAILED:X:Y'], 'is not of the form ID:STATUS'],
    [['--endpoint', 'a:BROKEN'], 'that openapi.yaml does not list'],
    [['--endpoint', 'a:FAILED', '--endpoint', 'a:RUNNING'], 'a is there twice'],
  ])('refuses %j', async (args, message) => {
    await expect(readArguments(args)).rejects.toThrow(message);
    await expect(readArguments(args)).rejects.toBeInstanceOf(UsageError);
  });
});
