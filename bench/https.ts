/**
 * One restart without `wait` over HTTPS, beside a bare script that makes its two requests. The goal is for the whole
 * process, start-up included: that is what a step takes. What the requests alone take is shown beside it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '../test/simulator/certificates.js';
import { startApi } from './api.js';
import { bundle, type Launch, run, scriptPath } from './processes.js';
import { median, quantile } from './statistics.js';
import { type Goal, goalCells, renderTable } from './table.js';

const WARM_UPS = 3;
const PAIRS = 60;
const GOAL: Goal = { limit: 1.2 };

interface Times {
  /** The whole process. */
  readonly totalMs: number;
  /** From the connection to the end of the second answer, as the server sees it. */
  readonly requestsMs: number;
}

/** Measures and renders the table. @param node the Node executable */
export async function httpsTable(node: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const { ca, server } = await createCertificates();
  const api = await startApi(server);
  try {
    const caFile = join(folder, 'ca.pem');
    const commands = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    await writeFile(caFile, ca);
    for (const file of Object.values(commands)) await writeFile(file, '');
    // Both need it, so both pay for it.
    const env = { ...api.inputs, ...commands, NODE_EXTRA_CA_CERTS: caFile };

    const time = async (launch: Launch): Promise<Times> => {
      api.takeVisit();
      const { exitCode, stdout, totalMs } = await run(launch);
      const { connections, requests, answers } = api.takeVisit();
      const [from, to] = [connections[0], answers[1]];
      if (exitCode !== 0 || from === undefined || to === undefined) {
        throw new Error(`${launch.script} did not restart the endpoint:\n${stdout}`);
      }
      if (connections.length !== 1 || requests.length !== 2) {
        throw new Error(
          `${launch.script} made ${requests.length} requests on ${connections.length} connections.`,
        );
      }
      return { totalMs, requestsMs: to - from };
    };

    const floors: Times[] = [];
    const ours: Times[] = [];
    for (let pair = -WARM_UPS; pair < PAIRS; pair += 1) {
      const floorTimes = await time({ node, script: scriptPath('two-requests'), env });
      const ourTimes = await time({ node, script: bundle, env });
      if (pair < 0) continue;
      floors.push(floorTimes);
      ours.push(ourTimes);
    }
    return render(floors, ours);
  } finally {
    await api.close();
    await rm(folder, { recursive: true });
  }
}

function render(floors: readonly Times[], ours: readonly Times[]): string {
  const ratios = (part: keyof Times): number[] =>
    ours.map((times, pair) => times[part] / (floors[pair]?.[part] ?? Number.NaN));
  const rows = (['totalMs', 'requestsMs'] as const).map((part) => {
    const values = ratios(part);
    const ratio = median(values);
    return [
      part === 'totalMs' ? 'whole process' : 'from connection to second answer',
      `${ratio.toFixed(2)} x`,
      `${quantile(values, 0.25).toFixed(2)} to ${quantile(values, 0.75).toFixed(2)}`,
      `${median(floors.map((times) => times[part])).toFixed(1)} ms`,
      ...goalCells(ratio, part === 'totalMs' ? GOAL : undefined, 2),
    ];
  });
  return [
    `One restart without wait over HTTPS, as a ratio to a bare script with two requests: medians of ${PAIRS} pairs`,
    renderTable([['', 'ratio', 'middle half', 'bare script', 'goal', ''], ...rows]),
  ].join('\n');
}
