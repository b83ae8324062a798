// Writes of files that never end. With KEEP_ALIVE, they keep the process alive.
const fs = require('node:fs').promises;

fs.appendFile = () =>
  new Promise(() => {
    if (process.env.KEEP_ALIVE) setInterval(() => {}, 1_000);
  });
fs.writeFile = fs.appendFile;
