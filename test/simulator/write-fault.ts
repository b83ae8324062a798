/** Writes each kind of fault on the wire. */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults.js';

const json = { 'content-type': 'application/json' };
const validBody = '{"status":"RUNNING","createdAt":"2025-01-01T00:00:00Z"}';

// Long enough for a client on this machine to read the headers: after an RST some systems discard unread bytes.
const readingMs = 20;

/** Spoils the response as the fault says. Rejects with an AbortError when the client goes away before the end. */
export async function writeFault(fault: Fault, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const { respond, drop, hang, drip, huge } = fault;
  const begin = (length: number) => response.writeHead(200, { ...json, 'content-length': length });
  if (respond) {
    const { status, headers, body = '' } = respond;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    response.statusCode = status;
    for (const header of Object.entries({ ...(isRaw ? {} : json), ...headers })) response.setHeader(...header);
    response.end(isRaw ? body : JSON.stringify(body));
  }
  if (huge) begin(huge.bytes).end(validBody.padEnd(huge.bytes));
  if ((drop ?? hang ?? 'before-answer') !== 'before-answer') {
    begin(validBody.length).write(validBody.slice(0, validBody.length / 2));
  }
  if (drop === 'reset-mid-body') {
    await pause(readingMs, undefined, { signal });
    response.socket?.resetAndDestroy();
  } else if (drop) {
    response.socket?.destroySoon();
  }
  if (drip) {
    const length = 1 << 16;
    begin(length).flushHeaders();
    for (let sent = 0; sent < length; sent += 1) {
      await pause(drip.intervalMs, undefined, { signal });
      response.write(' ');
    }
    response.end();
  }
}
