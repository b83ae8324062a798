// Every clock that never jumps, changed at once: whichever the action reads, it reads the same time.
const now = performance.now.bind(performance);
const hrtime = process.hrtime.bind(process);

/** @param {(ms: number) => number} change what becomes of a time in milliseconds */
exports.changeClock = (change) => {
  performance.now = () => change(now());
  process.hrtime = ([sinceSeconds, sinceNanoseconds] = [0, 0]) => {
    const [seconds, nanoseconds] = hrtime();
    const ms = change(seconds * 1e3 + nanoseconds / 1e6) - (sinceSeconds * 1e3 + sinceNanoseconds / 1e6);
    return [Math.floor(ms / 1e3), Math.round((ms % 1e3) * 1e6)];
  };
  process.hrtime.bigint = () => {
    const [seconds, nanoseconds] = process.hrtime();
    return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  };
};
