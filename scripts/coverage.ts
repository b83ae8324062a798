/**
 * `npm run coverage` shows which lines and branches of src/ the tests reach: first within the tests' own process, then in
 * the bundle, which the tests in test/action/ and test/schedules/ start as a process.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** Ignored by Git, and one folder deep, as ncc assumes in the paths of its source map. */
const FOLDER = 'reports';

function run(command: string, env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

run('npx vitest run --coverage');
rmSync(FOLDER, { recursive: true, force: true });
run(
  `npx ncc build src/index.ts --out ${FOLDER} --no-cache --transpile-only --source-map --no-source-map-register`,
);
run(
  'npx --yes -p monocart-coverage-reports@2 mcr --reports console-details --logging error' +
    ` --outputDir ${FOLDER}/processes --entryFilter "**/${FOLDER}/index.js" --sourceFilter "**/src/**"` +
    ' npx vitest run test/action test/schedules/bundle',
  { ACTION_BUNDLE: resolve(FOLDER, 'index.js') },
);
