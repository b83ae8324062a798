// Pauses never end, and keep nothing alive.
require('node:timers/promises').setTimeout = () => new Promise(() => {});
