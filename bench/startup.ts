/** How long the bundle takes to its exit on a missing input and to its first request, and how much memory. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startApi } from './api.js';
import { bundle, type Launch, run, scriptPath } from './processes.js';
import { median, quantile } from './statistics.js';
import { type Goal, goalCells, renderTable } from './table.js';

const WARM_UPS = 3;
const PAIRS = 100;
const MEMORY_RUNS = 5;

/** By the major version of Node. */
const RATIO_GOALS: Readonly<Record<string, Goal>> = { '20': { limit: 1.6 }, '24': { limit: 1.95 } };
const MEMORY_GOALS: Readonly<Record<string, Goal>> = { '20': { limit: 44 } };

export interface StartUpOptions {
  readonly node: string;
  /** The major version of that Node. */
  readonly major: string;
  /** Bundles of other actions. */
  readonly peers: readonly string[];
}

/** One line of the tables: what is run, and until when its time is taken. */
interface Subject {
  readonly name: string;
  readonly launch: Launch;
  /** The time from the process's start to the event in question, in milliseconds. */
  readonly time: (launch: Launch) => Promise<number>;
  readonly ours: boolean;
}

/** Measures and renders both tables: time as a ratio to an empty script, and peak memory. */
export async function startUpTables({ node, major, peers }: StartUpOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const api = await startApi();
  try {
    const commands = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    for (const file of Object.values(commands)) await writeFile(file, '');
    const restart: Launch = { node, script: bundle, env: { ...commands, ...api.inputs } };
    const toFirstRequest = async (launch: Launch): Promise<number> => {
      api.takeVisit();
      const { startedAt, exitCode, stdout } = await run(launch);
      const [firstRequest] = api.takeVisit().requests;
      if (exitCode === 0 && firstRequest !== undefined) return firstRequest - startedAt;
      throw new Error(`${launch.script} did not restart the endpoint:\n${stdout}`);
    };
    const toMissingInput = (script: string, ours: boolean): Subject => ({
      name: `${ours ? 'ours' : nameOf(script)}, to its exit on a missing input`,
      launch: { node, script, env: commands },
      time: timeToMissingInput,
      ours,
    });

    const subjects: Subject[] = [
      toMissingInput(bundle, true),
      { name: 'ours, to its first request', launch: restart, time: toFirstRequest, ours: true },
      ...peers.map((peer) => toMissingInput(peer, false)),
    ];
    const floor: Launch = { node, script: scriptPath('empty') };
    const times = await timeTable({ floor, subjects, goal: RATIO_GOALS[major] });
    const memory = await memoryTable({
      rows: [
        { name: 'an empty script', launch: floor, ours: false },
        {
          name: 'ours, exit on a missing input',
          launch: { node, script: bundle, env: commands },
          ours: true,
        },
        { name: 'ours, one restart without wait', launch: restart, ours: true },
        ...peers.map((script) => ({
          name: `${nameOf(script)}, exit on a missing input`,
          launch: { node, script, env: commands },
          ours: false,
        })),
      ],
      file: join(folder, 'memory'),
      goal: MEMORY_GOALS[major],
    });
    return `${times}\n\n${memory}`;
  } finally {
    await api.close();
    await rm(folder, { recursive: true });
  }
}

async function timeToMissingInput(launch: Launch): Promise<number> {
  const { totalMs, stdout } = await run(launch);
  // A bundle that dies for another reason would look quick.
  if (!stdout.includes('::error')) {
    throw new Error(`${launch.script} printed no error annotation, so it did not end on a missing input.`);
  }
  return totalMs;
}

async function timeTable(options: {
  readonly floor: Launch;
  readonly subjects: readonly Subject[];
  readonly goal: Goal | undefined;
}): Promise<string> {
  const { floor, subjects, goal } = options;
  const measured = subjects.map((subject) => ({ subject, ratios: [] as number[] }));
  const floorTimes: number[] = [];
  for (let pair = -WARM_UPS; pair < PAIRS; pair += 1) {
    for (const { subject, ratios } of measured) {
      const floorMs = (await run(floor)).totalMs;
      const subjectMs = await subject.time(subject.launch);
      if (pair < 0) continue;
      floorTimes.push(floorMs);
      ratios.push(subjectMs / floorMs);
    }
  }
  const rows = measured.map(({ subject, ratios }) => {
    const ratio = median(ratios);
    const middleHalf = `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`;
    return [
      subject.name,
      `${ratio.toFixed(2)} x`,
      middleHalf,
      ...goalCells(ratio, subject.ours ? goal : undefined, 2),
    ];
  });
  return [
    `Start-up, as a ratio to an empty script (${median(floorTimes).toFixed(1)} ms here): medians of ${PAIRS} pairs`,
    renderTable([['', 'ratio', 'middle half', 'goal', ''], ...rows]),
  ].join('\n');
}

async function memoryTable(options: {
  readonly rows: readonly { readonly name: string; readonly launch: Launch; readonly ours: boolean }[];
  readonly file: string;
  readonly goal: Goal | undefined;
}): Promise<string> {
  const { file, goal } = options;
  const rows: string[][] = [];
  for (const { name, launch, ours } of options.rows) {
    const peaks: number[] = [];
    for (let count = 0; count < MEMORY_RUNS; count += 1) {
      const env = { ...launch.env, BENCH_MEMORY_FILE: file };
      await run({ ...launch, preload: scriptPath('peak-memory'), env });
      peaks.push(Number(await readFile(file, 'utf8')) / 1_024);
    }
    const peak = median(peaks);
    rows.push([name, `${peak.toFixed(1)} MiB`, ...goalCells(peak, ours ? goal : undefined, 1)]);
  }
  return [
    `Peak memory: medians of ${MEMORY_RUNS} runs`,
    renderTable([['', 'peak', 'goal', ''], ...rows]),
  ].join('\n');
}

function nameOf(script: string): string {
  return basename(script) === 'index.js' ? script : basename(script);
}
