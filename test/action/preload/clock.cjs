const { hrtime } = process;

/** The time in milliseconds on the clock that the action reads, before it is changed. */
exports.now = () => hrtime()[0] * 1e3 + hrtime()[1] / 1e6;

/** @param {(ms: number) => number} change what becomes of a time in milliseconds */
exports.changeClock = (change) => {
  process.hrtime = () => {
    const ms = change(exports.now());
    return [Math.floor(ms / 1e3), Math.floor((ms % 1e3) * 1e6)];
  };
};
