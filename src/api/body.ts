import type { IncomingMessage } from 'node:http';
import { ApiError } from './error.js';

/** Maximum body size in bytes, before and after decoding (docs/behavior.md section 5). */
const MAX_BODY_BYTES = 1024 * 1024;
const TOO_LARGE = 'the response is larger than 1 MiB';
/** Ways to say that a body is not encoded; servers send the last two by mistake. */
const IDENTITY: readonly string[] = ['', 'identity', 'none', 'utf-8'];

/**
 * Reads a whole body as text.
 *
 * @throws ApiError if the body is too large or cannot be decoded, any other error if the connection breaks
 */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // Throwing inside the loop closes the connection.
    if (size > MAX_BODY_BYTES) throw bodyFault(TOO_LARGE);
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks, size);
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const isDecoded = size === 0 || IDENTITY.includes(encoding);
  return new TextDecoder().decode(isDecoded ? body : await decode(body, encoding));
}

/** Decodes a body whose content encoding the request did not ask for. */
async function decode(body: Buffer, encoding: string): Promise<Buffer> {
  // Loaded lazily, because hardly any run needs it.
  const { brotliDecompressSync, inflateRawSync, unzipSync } = await import('node:zlib');
  // Servers disagree about "deflate": RFC 9110 defines it as zlib, whose header byte says so; some send raw deflate.
  const isRaw = encoding === 'deflate' && (body[0] ?? 0) % 16 !== 8;
  const unzip = isRaw ? inflateRawSync : unzipSync;
  try {
    if (!/^((x-)?gzip|deflate|br)$/.test(encoding)) throw new Error('unknown encoding');
    return (encoding === 'br' ? brotliDecompressSync : unzip)(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw bodyFault(error instanceof RangeError ? TOO_LARGE : 'the response could not be decoded');
  }
}

function bodyFault(message: string): ApiError {
  return new ApiError(message, { kind: 'transient', source: 'body' });
}
