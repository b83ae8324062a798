/** The OpenAPI document as a judge: which call a request is, what is wrong with a request, what with an answer. */
import type { IncomingHttpHeaders } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Document, OpenAPIBackend, type ValidationResult } from 'openapi-backend';

/** The two documented calls. */
export type Call = 'status' | 'restart';

/** A request as it came over the wire. */
export interface ContractRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request's place in the document. */
export interface Match {
  call: Call;
  /** As it stands in the path; it need not be a valid one. */
  endpointId: string;
}

export interface Contract {
  /** The documented call that method and path name, whatever else is wrong with the request. */
  match(request: ContractRequest): Match | undefined;
  /** What the document does not allow in a request, in words; empty if all is well. Says nothing on the key. */
  requestComplaints(request: ContractRequest): string[];
  /** What the document does not allow in an answer, in words; `body` is the parsed JSON. */
  answerComplaints(call: Call, statusCode: number, body: unknown): string[];
  /** Whether the document lists this status, phase and error code. */
  lists(state: { status: string; phase: string | null; errorCode: string | null }): boolean;
}

const operationIds = { status: 'getEndpointStatus', restart: 'restartEndpoint' } as const;

// RFC 3339, section 5.6: a four-digit year, seconds and an offset are a must.
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let loading: Promise<Contract> | undefined;

/** The contract of `openapi.yaml`, read and compiled once a process. Fails if the document is not valid OpenAPI 3.1. */
export function loadContract(): Promise<Contract> {
  loading ??= compile();
  return loading;
}

async function compile(): Promise<Contract> {
  const api = new OpenAPIBackend({
    definition: fileURLToPath(new URL('./openapi.yaml', import.meta.url)),
    strict: true,
    ignoreTrailingSlashes: false,
    customizeAjv: (ajv) =>
      ajv.addFormat('date-time', (text: string) => dateTime.test(text) && !Number.isNaN(Date.parse(text))),
  });
  await api.init();
  const [statuses, phases, errorCodes] = ['Status', 'Phase', 'ErrorCode'].map((name) =>
    enumOf(api.definition, name),
  );

  return {
    match: (request) => match(api, request),
    requestComplaints: (request) => requestComplaints(api, request),
    answerComplaints: (call, statusCode, body) => answerComplaints(api, call, statusCode, body),
    lists: ({ status, phase, errorCode }) =>
      statuses?.has(status) === true &&
      (phase === null || phases?.has(phase) === true) &&
      (errorCode === null || errorCodes?.has(errorCode) === true),
  };
}

function enumOf(document: Document, name: string): ReadonlySet<unknown> {
  const schema = document.components?.schemas?.[name];
  if (!schema || !('enum' in schema) || !schema.enum)
    throw new Error(`openapi.yaml has no list named ${name}.`);
  return new Set<unknown>(schema.enum);
}

function match(api: OpenAPIBackend, request: ContractRequest): Match | undefined {
  const path = request.url.split('?')[0] ?? '';
  // The library's router takes //dedicated for /dedicated; the service need not.
  if (path.includes('//')) return undefined;
  const operation = api.matchOperation(libraryRequest(request));
  const call = operation?.operationId === operationIds.restart ? 'restart' : 'status';
  const endpointId = path.split('/').at(-2);
  return operation && endpointId !== undefined ? { call, endpointId } : undefined;
}

function requestComplaints(api: OpenAPIBackend, request: ContractRequest): string[] {
  const found = match(api, request);
  if (!found) return ['the document has no such call'];
  const complaints = validated(api, request, found.call);
  // The library does not look at a body where none is documented.
  return request.body === '' ? complaints : [...complaints, 'the document has no request body'];
}

function validated(api: OpenAPIBackend, request: ContractRequest, call: Call): string[] {
  try {
    return complaintsOf(api.validateRequest(libraryRequest(request), operationIds[call]));
  } catch (error) {
    // The library decodes path and query without a net: %zz in a path is a URIError.
    return [String(error)];
  }
}

function answerComplaints(api: OpenAPIBackend, call: Call, statusCode: number, body: unknown): string[] {
  const operation = api.getOperation(operationIds[call]);
  // The library lets an undocumented status code pass.
  if (!operation?.responses?.[String(statusCode)]) return [`the document has no ${statusCode} for this call`];
  return complaintsOf(api.validateResponse(body, operation, statusCode));
}

function complaintsOf({ errors }: ValidationResult): string[] {
  return (errors ?? []).map(({ instancePath, message }) =>
    `${instancePath} ${message ?? 'is not valid'}`.trim(),
  );
}

/** The request in the library's shape, which knows no header without a value. */
function libraryRequest({ method, url, headers }: ContractRequest) {
  const present: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) present[name] = value;
  }
  return { method, path: url, headers: present };
}
