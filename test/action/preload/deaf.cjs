// DEAF says of what nothing is ever heard again, and what keeps nothing alive.
const { EventEmitter } = require('node:events');
const files = require('node:fs').promises;
const http = require('node:http');
const timers = require('node:timers/promises');

const silent = { end() {}, write() {}, destroy() {}, setTimeout() {} };
const parts = {
  'a request': () => {
    http.request = () =>
      Object.setPrototypeOf(Object.assign(new EventEmitter(), silent), http.ClientRequest.prototype);
  },
  'a pause': () => {
    timers.setTimeout = () => new Promise(() => {});
  },
  'its summary': () => {
    files.appendFile = files.writeFile = () => new Promise(() => {});
  },
};
parts[process.env.DEAF]();
