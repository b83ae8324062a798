/** Checks requests and responses against openapi.yaml, and says which call a request is. */
import type { IncomingHttpHeaders } from 'node:http';
import { fileURLToPath } from 'node:url';
import { OpenAPIBackend, type ValidationResult } from 'openapi-backend';

/** The operation IDs of openapi.yaml; those of the inference calls are all `probe`. */
export const CALLS = ['status', 'restart', 'wake', 'spec', 'versions', 'update', 'probe'] as const;
export type Call = (typeof CALLS)[number];

const PROBES = ['chat', 'completions', 'embeddings', 'tokenize'];

/** A request as it came over the wire. */
export interface ContractRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Match {
  call: Call;
  /** In openapi.yaml. */
  operationId: string;
  /** As it is in the path, or in the body of an inference call; it need not be valid. */
  endpointId: string;
}

export type Contract = Awaited<ReturnType<typeof compile>>;

// RFC 3339, section 5.6: a four-digit year, seconds and an offset are required.
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let loading: Promise<Contract> | undefined;

/** The contract of `openapi.yaml`, compiled once per process. Fails if the document is not valid OpenAPI 3.1. */
export function loadContract(): Promise<Contract> {
  loading ??= compile();
  return loading;
}

async function compile() {
  const api = new OpenAPIBackend({
    definition: fileURLToPath(new URL('./openapi.yaml', import.meta.url)),
    strict: true,
    ignoreTrailingSlashes: false,
    customizeAjv: (ajv) =>
      ajv.addFormat('date-time', (text: string) => dateTime.test(text) && !Number.isNaN(Date.parse(text))),
  });
  await api.init();

  /** The documented call that method and path name, whatever else is wrong with the request. */
  function match(request: ContractRequest): Match | undefined {
    const path = request.url.split('?')[0] ?? '';
    // The library's router takes //dedicated for /dedicated; the service need not.
    if (path.includes('//')) return undefined;
    const operationId = api.matchOperation(libraryRequest(request))?.operationId ?? '';
    if (PROBES.includes(operationId)) return { call: 'probe', operationId, endpointId: modelIn(request.body) };
    const call = CALLS.find((known) => known === operationId);
    const endpointId = path.split('/')[4];
    return call && endpointId !== undefined ? { call, operationId, endpointId } : undefined;
  }

  /** What the document does not allow in a request, in words; empty if all is well. Ignores the key. */
  function requestComplaints(request: ContractRequest): string[] {
    const { operationId } = match(request) ?? {};
    if (operationId === undefined) return ['the document has no such call'];
    try {
      return [
        ...wordsOf(api.validateRequest(libraryRequest(request), operationId)),
        ...bodyComplaints(request, api.getOperation(operationId)?.requestBody !== undefined),
      ];
    } catch (error) {
      // The library does not catch what decoding path and query throws: %zz in a path is a URIError.
      return [String(error)];
    }
  }

  /** What the document does not allow in a response, in words; `body` is the parsed JSON. */
  function answerComplaints(operationId: string, statusCode: number, body: unknown): string[] {
    const operation = api.getOperation(operationId);
    // The library accepts an undocumented status code.
    if (!operation?.responses?.[String(statusCode)]) return [`the document has no ${statusCode} for this call`];
    return wordsOf(api.validateResponse(body, operation, statusCode));
  }

  /** Whether the document lists this status, phase, and error code. */
  function lists(state: { status: string; phase: string | null; errorCode: string | null }): boolean {
    const values = { Status: state.status, Phase: state.phase, ErrorCode: state.errorCode };
    return Object.entries(values).every(([name, value]) => {
      const schema = api.definition.components?.schemas?.[name];
      return value === null || (schema && 'enum' in schema && schema.enum?.includes(value));
    });
  }

  return { match, requestComplaints, answerComplaints, lists };
}

/** What the library does not look at: a body where none is documented, and the content type of one. */
function bodyComplaints({ headers, body }: ContractRequest, takesBody: boolean): string[] {
  if (!takesBody) return body === '' ? [] : ['the document has no request body'];
  const isJson = /^application\/json\b/.test(headers['content-type'] ?? '');
  return isJson ? [] : ['the body is not declared as application/json'];
}

function modelIn(body: string): string {
  try {
    const { model }: { model?: unknown } = JSON.parse(body);
    return String(model);
  } catch {
    return '';
  }
}

function wordsOf({ errors }: ValidationResult): string[] {
  return (errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim());
}

/** The request in the library's shape, in which every header has a value. */
function libraryRequest({ method, url, headers, body }: ContractRequest) {
  const present = Object.entries(headers).map(([name, value = '']) => [name, value] as const);
  return { method, path: url, headers: Object.fromEntries(present), body };
}
