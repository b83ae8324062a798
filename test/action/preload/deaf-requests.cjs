// Requests of which nothing is ever heard, and which keep nothing alive: no answer, no error, no end.
const { ClientRequest } = require('node:http');
const { EventEmitter } = require('node:events');
const http = require('node:http');

http.request = () =>
  Object.setPrototypeOf(Object.assign(new EventEmitter(), silent), ClientRequest.prototype);

const silent = { end() {}, write() {}, destroy() {}, setTimeout() {} };
