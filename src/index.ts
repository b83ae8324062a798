import { FRIENDLI_SUITE_URL } from './error-codes.js';
import { runAction } from './main.js';

/** Maximum time to shut down after a cancellation. The runner kills the step after 10 s. */
const SHUTDOWN_GRACE_MS = 900;

// Every unexpected end fails the step: also the event loop running dry, which would be exit code 0.
process.exitCode = 1;
process.once('beforeExit', reportNoResult);

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, requestStop);
process.on('uncaughtException', (thrown) => requestStop(thrown instanceof Error ? thrown : new Error(String(thrown))));

/** @param reason an Error for a crash, the name of a signal for a cancel */
function requestStop(reason: unknown): void {
  controller.abort(reason);
  setTimeout(() => {
    if (controller.signal.reason instanceof Error) reportNoResult();
    exitProcess(1);
  }, SHUTDOWN_GRACE_MS);
}

function reportNoResult(): void {
  process.stdout.write(
    `::error title=The action exited without a result::Check the endpoint in Friendli Suite (${FRIENDLI_SUITE_URL}).\n`,
  );
}

function exitProcess(code: 0 | 1): void {
  // process.exit waits for a pending name lookup, which cannot be canceled and can take forever.
  if (code !== 0 && process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}

void runAction(controller.signal).then((isSuccess) => {
  // process.exit alone would lose output that is still buffered for a pipe.
  process.stdout.write('', () => exitProcess(isSuccess ? 0 : 1));
});
