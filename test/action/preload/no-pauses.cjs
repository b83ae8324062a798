// Pauses take no time: the action's clock jumps over them. CLOCK_FILE receives how far it has jumped, for a simulator that
// shares the clock.
const { writeFileSync } = require('node:fs');
const promises = require('node:timers/promises');

const { hrtime } = process;
let skippedMs = 0;
process.hrtime = () => {
  const [seconds, nanoseconds] = hrtime();
  return [seconds + skippedMs / 1e3, nanoseconds];
};
promises.setTimeout = async (ms, _, { signal }) => {
  await new Promise(setImmediate);
  signal.throwIfAborted();
  skippedMs += ms;
  writeFileSync(process.env.CLOCK_FILE, String(skippedMs));
};
