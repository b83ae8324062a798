// Pauses take no time: the action's clock jumps to the end of the earliest one as soon as the action only waits. CLOCK_FILE
// receives how far it has jumped, for a simulator that shares the clock.
const { writeFileSync } = require('node:fs');
const promises = require('node:timers/promises');
const { changeClock, now } = require('./clock.cjs');

let skippedMs = 0;
const sleepers = new Set();
changeClock((ms) => ms + skippedMs);

promises.setTimeout = (ms, value, { signal } = {}) =>
  new Promise((resolve, reject) => {
    const abort = () => {
      sleepers.delete(sleeper);
      reject(signal.reason);
    };
    const wake = () => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    };
    const sleeper = { wakesAt: now() + skippedMs + ms, wake };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    sleepers.add(sleeper);
    setImmediate(jump);
  });

function jump() {
  const [first] = [...sleepers].sort((one, other) => one.wakesAt - other.wakesAt);
  if (first === undefined) return;
  sleepers.delete(first);
  skippedMs += Math.max(0, first.wakesAt - now() - skippedMs);
  writeFileSync(process.env.CLOCK_FILE, String(skippedMs));
  first.wake();
}
