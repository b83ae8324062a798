import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { Sanitizer } from '../sanitize.js';
import { ApiError } from './error.js';
import { networkFault } from './network-fault.js';
import type { ProxyServer } from './proxy.js';
import { classifyStatus, httpStatusText } from './response.js';

const MAX_HEAD_LENGTH = 16_384;

export interface TunnelOptions {
  readonly proxy: ProxyServer;
  readonly url: URL;
  /** Destroys the connection, whatever state it is in. */
  readonly signal: AbortSignal;
  readonly sanitize: Sanitizer;
}

/**
 * Opens a connection to a URL's host through a proxy. Not with Node's HTTP client, which takes a 100 for the response to
 * CONNECT.
 *
 * @throws ApiError if the proxy cannot be reached or refuses
 */
export function openTunnel({ proxy, url, signal, sanitize }: TunnelOptions): Promise<Socket> {
  const { isTls, hostname, port } = proxy;
  const host = hostname.replace(/^\[|\]$/g, '');
  const servername = isIP(host) === 0 ? host : '';
  const socket = isTls ? tlsConnect({ host, port, servername }) : tcpConnect({ host, port });
  addAbortSignal(signal, socket);
  const target = `${url.hostname}:${url.port || 443}`;
  const basic = Buffer.from(proxy.credentials ?? '').toString('base64');
  const authorization = basic === '' ? '' : `Proxy-Authorization: Basic ${basic}\r\n`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
  return new Promise((resolve, reject) => {
    let head = '';
    const read = (): void => {
      head += socket.read()?.toString('latin1') ?? '';
      const httpStatus = finalStatus(head) ?? (head.length > MAX_HEAD_LENGTH ? 0 : undefined);
      if (httpStatus === undefined) return;
      // What follows is for TLS.
      socket.off('readable', read);
      if (httpStatus >= 200 && httpStatus <= 299) resolve(socket);
      else reject(refusal(httpStatus));
    };
    const fail = (cause: Error): void => {
      const { message, kind, systemCode } = networkFault(cause, sanitize, socket);
      const details = { kind, source: 'proxy', systemCode, cause } as const;
      reject(new ApiError(`the connection to the proxy failed: ${message}`, details));
    };
    socket.on('readable', read);
    socket.on('error', fail);
    socket.on('end', () => fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
  });
}

/** The first status that is not informational, 0 for what is not HTTP, `undefined` while the head is incomplete. */
function finalStatus(head: string): number | undefined {
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const httpStatus = Number(/^HTTP\/1\.\d (\d{3})\b/.exec(head)?.[1] ?? 0);
  return httpStatus >= 100 && httpStatus <= 199 ? finalStatus(head.slice(end + 4)) : httpStatus;
}

/** A 400 from the proxy is not a rejected restart, and its 429 is not an API rate limit. */
function refusal(httpStatus: number): ApiError {
  const kind = classifyStatus(httpStatus, 'GET') === 'permanent' ? 'permanent' : 'transient';
  const words = `the proxy responded with HTTP ${httpStatusText(httpStatus)}`;
  const message = httpStatus === 0 ? 'the proxy’s response is not valid HTTP' : words;
  return new ApiError(message, { kind, source: 'proxy' });
}
