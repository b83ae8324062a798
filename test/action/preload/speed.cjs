// Makes the action's clock run CLOCK_SPEED times as fast: its timers are shorter, and it sees more time pass.
const promises = require('node:timers/promises');

const speed = Number(process.env.CLOCK_SPEED);
const { hrtime } = process;
const { setTimeout: setTimer } = globalThis;
const { setTimeout: sleep } = promises;
process.hrtime = () => hrtime().map((part) => part * speed);
globalThis.setTimeout = (callback, ms, ...rest) => setTimer(callback, ms / speed, ...rest);
promises.setTimeout = (ms, ...rest) => sleep(ms / speed, ...rest);
