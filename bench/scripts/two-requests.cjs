// What one restart without `wait` needs at least: two raw requests on one connection.
const { Agent, request } = require('node:https');

const agent = new Agent({ keepAlive: true });
const send = (method, call, then) => {
  const url = `${process.env['INPUT_API-URL']}/dedicated/beta/endpoint/bench/${call}`;
  request(url, { method, agent }, (response) => response.resume().on('close', then)).end();
};
send('GET', 'status', () => send('PUT', 'restart', () => {}));
