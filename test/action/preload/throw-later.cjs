// THROW is code that runs while the third request is on its way, where nobody can catch what it throws.
const http = require('node:http');
const { runInThisContext } = require('node:vm');

const { request } = http;
let requests = 0;
http.request = (...args) => {
  requests += 1;
  if (requests === 3) setTimeout(runInThisContext, 10, process.env.THROW);
  return request(...args);
};
