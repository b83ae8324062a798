// Makes the action's clock run CLOCK_SPEED times as fast: its timers are shorter, and it sees more time pass.
const promises = require('node:timers/promises');
const { changeClock } = require('./clock.cjs');

const speed = Number(process.env.CLOCK_SPEED);
const { setTimeout: setTimer } = globalThis;
const { setTimeout: sleep } = promises;
globalThis.setTimeout = (callback, ms, ...rest) => setTimer(callback, ms / speed, ...rest);
promises.setTimeout = (ms, ...rest) => sleep(ms / speed, ...rest);
changeClock((ms) => ms * speed);
