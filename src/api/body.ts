import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import type { Sanitizer } from '../sanitize.js';
import { ApiError } from './error.js';

/** The bound on a body in bytes, as it comes and decoded (docs/behavior.md section 5). */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads a body to its end and decodes it.
 *
 * @throws ApiError when the body is too large or cannot be decoded, any other error when the connection breaks
 */
export async function readBody(message: IncomingMessage, sanitize: Sanitizer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // Leaving the loop early closes the connection.
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(bytes);
  }
  const coding = message.headers['content-encoding']?.trim() ?? '';
  const body = Buffer.concat(chunks, size);
  return size === 0 || coding === '' || /^identity$/i.test(coding)
    ? body
    : await decode(body, coding, sanitize);
}

/** Undoes a content coding that the request did not ask for. */
async function decode(body: Buffer, coding: string, sanitize: Sanitizer): Promise<Buffer> {
  // Loaded here, since hardly any run needs it.
  const { brotliDecompress, gunzip, inflate, inflateRaw } = await import('node:zlib');
  const decoders = new Map([
    ['gzip', gunzip],
    ['x-gzip', gunzip],
    // Servers disagree on what deflate is: RFC 9110 means the zlib format, some send the raw one.
    ['deflate', hasZlibHeader(body) ? inflate : inflateRaw],
    ['br', brotliDecompress],
  ]);
  const decoder = decoders.get(coding.toLowerCase());
  const name = sanitize(coding.slice(0, 40));
  if (decoder === undefined) throw bodyFault(`the answer’s content coding "${name}" is not supported`);
  try {
    return await promisify<Buffer, { maxOutputLength: number }, Buffer>(decoder)(body, {
      maxOutputLength: MAX_BODY_BYTES,
    });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw bodyFault(`the answer cannot be decoded as ${name}`);
  }
}

/** RFC 1950: compression method 8, and a checksum over the first two bytes. */
function hasZlibHeader(body: Buffer): boolean {
  const [first = 0, second = 0] = body;
  return first % 16 === 8 && (first * 256 + second) % 31 === 0;
}

function tooLarge(): ApiError {
  return bodyFault('the answer is larger than 1 MiB');
}

function bodyFault(message: string): ApiError {
  return new ApiError(message, { kind: 'transient', source: 'body' });
}
