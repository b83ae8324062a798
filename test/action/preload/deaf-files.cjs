// Writes of files of which nothing is ever heard.
require('node:fs').promises.writeFile = () => new Promise(() => {});
require('node:fs').promises.appendFile = () => new Promise(() => {});
