import { run } from './main.js';

/** The runner kills 10 s after a cancel; after so long the process goes without waiting for anything. */
const LONGEST_FAREWELL_MS = 900;

// Whatever happens, an end that nobody foresaw is red: the event loop running dry, too, would else be exit code 0.
process.exitCode = 1;
process.once('beforeExit', tellNoResult);

const stop = new AbortController();
process.on('SIGINT', end);
process.on('SIGTERM', end);
// An Error is what tells a breakdown from a cancel.
process.on('uncaughtException', (thrown) =>
  end(thrown instanceof Error ? thrown : new Error(String(thrown))),
);

function end(reason: unknown): void {
  stop.abort(reason);
  setTimeout(() => {
    tellNoResult();
    exit(1);
  }, LONGEST_FAREWELL_MS);
}

function tellNoResult(): void {
  process.stdout.write(
    '::error title=The action ended without a result::Look at the endpoint in Friendli Suite.\n',
  );
}

function exit(code: 0 | 1): void {
  // process.exit waits for a pending name look-up, which nothing can cancel and which may take half a minute.
  if (code !== 0 && process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}

void run(stop.signal).then((good) => {
  // Not process.exit alone: what is still on its way to a pipe would be lost.
  process.stdout.write('', () => exit(good ? 0 : 1));
});
