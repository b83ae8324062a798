/**
 * The simulator from the command line, see `npm run simulator -- --help`.
 *
 * In the background it is started as `node --import tsx test/simulator/main.ts ... &`: npm and npx do not pass signals
 * on, so that killing them would leave the simulator running.
 */
import { readArguments, USAGE } from './arguments.js';
import { startSimulator } from './simulator.js';

async function main(): Promise<void> {
  const { help, port, endpoints, faults } = await readArguments(process.argv.slice(2));
  if (help) return console.log(USAGE);
  const { url, endpoint, fault: add, close, violations } = await startSimulator({ port });
  for (const [id, options] of endpoints) endpoint(id, options);
  for (const fault of faults) add(fault);
  const end = async (): Promise<void> => {
    await close();
    for (const violation of violations) console.error(`Violation: ${violation}`);
    process.exitCode = violations.length > 0 ? 1 : 0;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  console.log(`Simulator listening on ${url}`);
}

main().catch((error: unknown) => {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
});
