import { run } from './main.js';

/** The runner kills 10 s after a cancel; after so long the process goes without waiting for anything. */
const LONGEST_FAREWELL_MS = 900;

// Whatever happens, an end that nobody foresaw is red: the event loop running dry, too, would else be exit code 0.
process.exitCode = 1;
process.once('beforeExit', () => {
  process.stdout.write(
    '::error title=The action ended without a result::Look at the endpoint in Friendli Suite.\n',
  );
});

const stop = new AbortController();
process.on('SIGINT', end);
process.on('SIGTERM', end);
process.on('uncaughtException', end);

function end(reason: unknown): void {
  stop.abort(reason);
  setTimeout(() => process.exit(1), LONGEST_FAREWELL_MS);
}

void run(stop.signal).then((good) => {
  // Not process.exit alone: what is still on its way to a pipe would be lost.
  process.stdout.write('', () => process.exit(good ? 0 : 1));
});
