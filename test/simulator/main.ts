/**
 * The simulator from the command line: `npx tsx test/simulator/main.ts --port 8080 --endpoint demo:FAILED`.
 *
 * In the background it is started as `node --import tsx test/simulator/main.ts ... &`: npx does not pass signals on, so
 * that killing it leaves the simulator running.
 */
import { readArguments, UsageError, usage } from './arguments.js';
import { type Simulator, startSimulator } from './simulator.js';

async function main(): Promise<void> {
  const { port, endpoints } = await readArguments(process.argv.slice(2));
  const simulator = await startSimulator({ port });
  for (const [id, options] of endpoints) simulator.endpoint(id, options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(simulator));
  console.log(`Simulator listening on ${simulator.url}`);
}

/** A request that the document does not allow makes the exit code 1, so that a CI step that waits for it can fail. */
async function end({ close, violations }: Simulator): Promise<void> {
  await close();
  for (const violation of violations) console.error(`Violation: ${violation}`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  const wrongUsage = error instanceof UsageError;
  console.error(
    `Error: ${error instanceof Error ? error.message : String(error)}${wrongUsage ? `\n\n${usage}` : ''}`,
  );
  process.exitCode = wrongUsage ? 2 : 1;
});
