/** How each kind of fault looks on the wire. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults.js';

/** The half-written answer to spoil. */
export interface Victim {
  response: ServerResponse;
  /** The TCP socket: below TLS, where there is TLS, because only that one can be reset. */
  socket: Socket;
  /** Aborted when the connection is gone. */
  signal: AbortSignal;
}

const json = { 'content-type': 'application/json' };
const validBody = '{"status":"RUNNING","createdAt":"2025-01-01T00:00:00Z"}';
const firstHalf = validBody.slice(0, validBody.length / 2);

// Long enough for a client on this machine to have read the headers: after an RST some systems throw away what it has not.
const readingMs = 20;

/** Spoils the answer as the fault says. Rejects with an AbortError when the client goes away before the end. */
export async function sabotage(fault: Fault, victim: Victim): Promise<void> {
  if (fault.respond) respond(fault.respond, victim);
  if (fault.drop) await drop(fault.drop, victim);
  if (fault.hang === 'mid-body') await writeHalf(victim);
  if (fault.drip) await drip(fault.drip, victim);
  if (fault.huge) await flood(fault.huge.bytes, victim);
  if (fault.cutChunked) await cutChunked(victim);
}

function respond(
  { status, headers = {}, body = '' }: NonNullable<Fault['respond']>,
  { response }: Victim,
): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  response.statusCode = status;
  for (const [name, value] of Object.entries(raw ? headers : { ...json, ...headers }))
    response.setHeader(name, value);
  response.end(raw ? body : JSON.stringify(body));
}

async function drop(how: NonNullable<Fault['drop']>, victim: Victim): Promise<void> {
  if (how !== 'before-answer') await writeHalf(victim);
  if (how === 'reset-mid-body') {
    await pause(readingMs, undefined, { signal: victim.signal });
    victim.socket.resetAndDestroy();
  } else {
    victim.response.socket?.destroySoon();
  }
}

async function writeHalf({ response }: Victim): Promise<void> {
  response.writeHead(200, { ...json, 'content-length': validBody.length });
  await written(response, firstHalf);
}

async function drip({ intervalMs, body = ' '.repeat(1 << 16) }: NonNullable<Fault['drip']>, victim: Victim) {
  const { response, signal } = victim;
  const bytes = Buffer.from(body);
  response.writeHead(200, { ...json, 'content-length': bytes.length });
  response.flushHeaders();
  for (const byte of bytes) {
    await pause(intervalMs, undefined, { signal });
    response.write(Buffer.of(byte));
  }
  response.end();
}

async function flood(bytes: number, { response, signal }: Victim): Promise<void> {
  response.writeHead(200, { ...json, 'content-length': bytes });
  response.write(validBody.slice(0, bytes));
  const padding = Buffer.alloc(1 << 16, ' ');
  for (let left = bytes - validBody.length; left > 0; left -= padding.length) {
    if (!response.write(padding.subarray(0, left))) await once(response, 'drain', { signal });
  }
  response.end();
}

async function cutChunked({ response }: Victim): Promise<void> {
  response.writeHead(200, json);
  await written(response, firstHalf);
  response.socket?.destroySoon();
}

/** Resolves when the chunk was handed to the system, or the connection is gone. */
function written(response: ServerResponse, chunk: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => resolve());
  });
}
