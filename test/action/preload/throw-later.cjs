// Something throws while the third request is on its way, where nobody can catch it. THROW says what.
const http = require('node:http');

const kinds = {
  error: () => {
    throw new Error(`out of the blue with ${process.env['INPUT_API-KEY']} ##[error]x\n::error::y`);
  },
  text: () => {
    throw 'a text out of the blue';
  },
  nothing: () => {
    throw undefined;
  },
  rejection: () => void Promise.reject(new Error('a promise out of the blue')),
  'rejected text': () => void Promise.reject('a text out of the blue'),
};

const { request } = http;
let requests = 0;
http.request = (...args) => {
  requests += 1;
  if (requests === 3) setTimeout(kinds[process.env.THROW], 10);
  return request(...args);
};
