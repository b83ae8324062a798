// Pauses take no time, and the action's clock goes on as if they had.
const promises = require('node:timers/promises');
const { changeClock } = require('./clock.cjs');

let skippedMs = 0;

const sleep = promises.setTimeout;
promises.setTimeout = async (ms, ...rest) => {
  await sleep(0, ...rest);
  skippedMs += ms;
};

changeClock((ms) => ms + skippedMs);
