/** Checks requests against openapi.yaml, and says which call a request is. */
import type { IncomingHttpHeaders } from 'node:http';
import { fileURLToPath } from 'node:url';
import { OpenAPIBackend } from 'openapi-backend';

const CONTROL_CALLS = ['status', 'restart', 'wake', 'spec', 'versions', 'update'] as const;
/** The operation IDs of openapi.yaml; those of the inference calls are all `probe`. */
export const CALLS = [...CONTROL_CALLS, 'probe'] as const;
export type Call = (typeof CALLS)[number];

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Which call a request is, whatever else is wrong with it; empty if the document has no such call. */
export interface Match {
  call?: Call;
  /** As it is in the path, or in the body of an inference call; it need not be valid. */
  endpointId?: string;
}

export const DOCUMENT = fileURLToPath(new URL('./openapi.yaml', import.meta.url));
// Quick: validators are compiled when they are needed; all of them take more than a second.
const options = { definition: DOCUMENT, strict: true, quick: true, ignoreTrailingSlashes: false };
export const contract = new OpenAPIBackend(options).init();

/** The call that a request makes, and in words what the document does not allow in it; the key is not checked. */
export function check(api: OpenAPIBackend, wire: WireRequest): Match & { complaints: string[] } {
  const { method, url, headers, body } = wire;
  // The library requires that every header has a value.
  const present = Object.entries(headers).map(([name, value = '']) => [name, value] as const);
  const request = { method, path: url, headers: Object.fromEntries(present), body };
  // The library's router takes //dedicated for /dedicated; the service need not.
  const operation = /^[^?]*\/\//.test(url) ? undefined : api.matchOperation(request);
  if (!operation) return { complaints: ['the document has no such call'] };
  const { params, requestBody } = api.router.parseRequest(request, operation);
  const call = CONTROL_CALLS.find((known) => known === operation.operationId) ?? 'probe';
  const endpointId = String(call === 'probe' ? Object(requestBody).model : Object(params)['endpoint_id']);
  const { errors } = api.validateRequest(request, operation);
  const complaints = (errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim());
  // The library does not look at a body where none is documented, nor at the content type of one.
  const isJson = /^application\/json\b/.test(headers['content-type'] ?? '');
  if (operation.requestBody && !isJson) complaints.push('the body is not declared as application/json');
  if (!operation.requestBody && body !== '') complaints.push('the document has no request body');
  return { call, endpointId, complaints };
}
