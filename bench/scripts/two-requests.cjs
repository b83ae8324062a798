// The floor of one restart without `wait`: its two requests, raw, on one kept-alive connection.
const { Agent, request } = require('node:https');

const agent = new Agent({ keepAlive: true });

function send(method, call, then) {
  const url = `${process.env['INPUT_API-URL']}/dedicated/beta/endpoint/bench/${call}`;
  request(url, { method, agent }, (response) => response.resume().on('close', then)).end();
}

send('GET', 'status', () => send('PUT', 'restart', () => {}));
