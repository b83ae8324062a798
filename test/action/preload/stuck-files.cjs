// Writes of files that never end, and keep the process alive.
require('node:fs').promises.writeFile = () => new Promise(() => setInterval(() => {}, 1_000));
require('node:fs').promises.appendFile = require('node:fs').promises.writeFile;
