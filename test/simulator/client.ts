/** The least of a client that a test needs to look at the wire: no retries, no parsing, no limits. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as tcpConnect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';

export interface Reply {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface CallOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The CA to trust, as PEM, for https. */
  ca?: string;
  signal?: AbortSignal;
}

/** One request on a connection of its own. Rejects if there is no complete answer. */
export function call(url: string, options: CallOptions = {}): Promise<Reply> {
  const { method = 'GET', headers = { authorization: 'Bearer key' }, body, ...rest } = options;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, agent: false, ...rest }, (response) => {
      const { statusCode = 0, headers: replyHeaders } = response;
      text(response).then((reply) => resolve({ statusCode, headers: replyHeaders, body: reply }), reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

export interface RawReply {
  text: string;
  /** How the other side ended the connection. */
  ending: 'FIN' | 'RST';
}

/** Sends a GET by hand and reads until the other side ends the connection. `ca` for TLS. */
export function rawGet(port: number, path: string, ca?: string): Promise<RawReply> {
  const host = '127.0.0.1';
  const socket = ca === undefined ? tcpConnect({ host, port }) : tlsConnect({ host, port, ca });
  return new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.once('end', () => resolve({ text: received, ending: 'FIN' }));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ text: received, ending: 'RST' });
      else reject(error);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer key\r\n\r\n`);
  });
}
