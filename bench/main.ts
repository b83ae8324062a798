/**
 * How quick and how light the action is, beside what Node itself takes and beside other actions:
 * `npm run bench`, or `npm run bench -- --peer ../other-action/dist/index.js`.
 *
 * It needs no network. A goal that is missed is shown and fails nothing: other processes on the machine have a say.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { httpsTable } from './https.js';
import { pollingTable } from './polling.js';
import { startUpTables } from './startup.js';

const USAGE = `Usage: npm run bench -- [--node PATH] [--peer PATH]...
  --node   the Node that runs the bundles; default: the one that runs the benchmark
  --peer   the bundle of another action, to be measured along with ours`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const { node, peers } = readArguments();
  const version = versionOf(node);
  const [major = ''] = version.split('.');
  console.log(`Node ${version}, ${process.platform} ${process.arch}, ${machine()}\n`);
  console.log(`${await startUpTables({ node, major, peers })}\n`);
  console.log(`${await httpsTable(node)}\n`);
  console.log(pollingTable());
}

function readArguments(): { node: string; peers: string[] } {
  const { node, peer } = parsedArguments();
  const missing = [node, ...peer].find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`There is no ${missing}.`);
  return { node, peers: peer };
}

function parsedArguments() {
  try {
    return parseArgs({
      options: {
        node: { type: 'string', default: process.execPath },
        peer: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function versionOf(node: string): string {
  return spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
}

function machine(): string {
  return `${availableParallelism()} x ${cpus()[0]?.model.trim() || 'unknown processor'}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
});
