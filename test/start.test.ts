import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const start = fileURLToPath(new URL('../scripts/start.ts', import.meta.url));

function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', start, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe.concurrent('npm start', () => {
  it.each<[arguments: string, lines: RegExp[]]>([
    [
      '',
      [
        /^Demo: /,
        /FAILED, WORKLOAD_INIT_DOWNLOAD_ERROR/,
        /outcome +restarted/,
        /The job summary, in Markdown: .*summary\.md$/m,
        /succeeded/,
      ],
    ],
    ['--demo failed', [/Error: .*ENGINE_MEMORY_ERROR/, /outcome +failed/, /failed \(exit code 1\)/]],
    ['--demo recover', [/Restarting again in 30 s/, /attempt 2/, /outcome +restarted/, /succeeded/]],
    ['--demo wake', [/AWAKING/, /outcome +woken/, /succeeded/]],
    ['--demo outage', [/Warning: [^/]*HTTP 503/, /outcome +restarted/, /succeeded/]],
    ['--demo probe', [/probe: chat/, /RUNNING/, /outcome +restarted/, /succeeded/]],
    ['--demo dry-run', [/Notice: /, /outcome +dry-run/, /restarted +false/, /succeeded/]],
  ])('%j shows the log and the outputs, and where the summary is', async (args, lines) => {
    const { code, stdout, stderr } = await run(...args.split(' ').filter(Boolean));
    for (const line of lines) expect(stdout).toMatch(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('prints help on request, and with the error on wrong arguments', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm start/),
    });
    const mistakes = { '--demo=none': '--demo: "none" is not', '--wait': 'require --endpoint-id' };
    for (const [argument, message] of Object.entries(mistakes)) {
      expect(await run(argument)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    }
  });
});
