import { describe, expect, it } from 'vitest';
import { type Advice, errorCodeAdvice, faultAdvice, wordsFor } from '../src/advice.js';
import { ERROR_CODES, PHASES, STATUSES } from '../src/endpoint.js';
import { ApiError, FAULT_CODES, type FaultDetails } from '../src/fault.js';

const INTEGRATIONS = 'https://friendli.ai/suite/~/setting/integrations';
const SUPPORT = 'support@friendli.ai';
const KEYS = 'https://friendli.ai/suite/~/setting/keys';

/** What a person must find in the cause and in the next step. */
interface Expected {
  cause: readonly string[];
  next: readonly string[];
}

function expectAdvice(advice: Advice, { cause, next }: Expected): void {
  for (const part of cause) expect(advice.cause).toContain(part);
  for (const part of next) expect(advice.next).toContain(part);
  // The sentences go on in lines that bring their own full stop.
  expect(`${advice.cause}|${advice.next}`).not.toMatch(/[.!]\||[.!]$|\n|^\||\|$/);
}

describe('errorCodeAdvice', () => {
  const unknown = { cause: ['no cause'], next: ['Restart once more', SUPPORT, 'endpoint ID', 'time'] };
  const settings = {
    cause: ['configuration is not accepted'],
    next: ['engine settings', 'a restart alone will not help'],
  };
  const modelFiles = {
    cause: ['missing', 'wrong kind'],
    next: ['safetensors', 'config.json', 'top of the', 'repository'],
  };
  const table: [code: string, expected: Expected][] = [
    ['WORKLOAD_INIT_UNKNOWN_ERROR', unknown],
    ['INFERENCE_ENGINE_UNKNOWN_ERROR', unknown],
    ['WORKLOAD_INIT_SETTINGS_ERROR', settings],
    ['INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR', settings],
    ['WORKLOAD_INIT_GRPC_ERROR', { cause: ['call', 'failed'], next: ['Restart again later', SUPPORT] }],
    ['WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR', modelFiles],
    ['WORKLOAD_INIT_MANIFEST_TYPE_ERROR', modelFiles],
    [
      'WORKLOAD_INIT_DOWNLOAD_ERROR',
      { cause: ['could not be downloaded'], next: ['repository and revision exist', 'restart again'] },
    ],
    [
      'WORKLOAD_INIT_INVALID_TOKEN_ERROR',
      {
        cause: ['Hugging Face or Weights & Biases token', 'revoked', 'expired'],
        next: ['Renew it', 'Friendli Suite, Personal Settings, Integrations', INTEGRATIONS],
      },
    ],
    [
      'WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR',
      { cause: ['may not read'], next: ['read access', 'accept the model’s licence', INTEGRATIONS] },
    ],
    [
      'WORKLOAD_INIT_HF_WANDB_API_ERROR',
      {
        cause: ['Hugging Face or Weights & Biases did not answer'],
        next: ['https://status.huggingface.co', 'https://status.wandb.com', 'restart later'],
      },
    ],
    [
      'WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR',
      { cause: ['does not fit on the disk'], next: ['larger instance', 'smaller model'] },
    ],
    [
      'INFERENCE_ENGINE_MEMORY_ERROR',
      {
        cause: ['does not fit in the GPU’s memory'],
        next: ['larger GPU', 'quantization', 'smaller batch size'],
      },
    ],
    [
      'INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR',
      { cause: ['metering is misconfigured'], next: [SUPPORT] },
    ],
  ];

  it.each(table)('explains %s', (code, expected) => {
    expectAdvice(errorCodeAdvice(code), expected);
  });

  it('explains every documented code', () => {
    const explained = table.map(([code]) => code);
    expect(ERROR_CODES.filter((code) => !explained.includes(code))).toEqual([]);
  });

  it.each(['SOMETHING_NEW_ERROR', '', 'constructor'])(
    'says of the unlisted code "%s" that it is new',
    (code) => {
      expectAdvice(errorCodeAdvice(code), {
        cause: ['does not know yet'],
        next: ['documentation', SUPPORT],
      });
    },
  );
});

describe('faultAdvice', () => {
  const redirect = { cause: ['redirect', 'not followed'], next: ['api-url', 'final address'] };
  const outage = { cause: ['outage'], next: ['Run again later', SUPPORT] };
  const unexpected = { cause: ['not documented'], next: ['Friendli Suite', 'debug logging'] };
  const byHttpStatus: [httpStatus: number, kind: FaultDetails['kind'], expected: Expected][] = [
    [400, 'bad-request', { cause: ['cannot be restarted now'], next: ['another restart may be under way'] }],
    [401, 'permanent', { cause: ['key is not accepted'], next: ['secret', 'valid personal API key', KEYS] }],
    [
      403,
      'permanent',
      { cause: ['no right', 'team'], next: ['may manage the endpoint', KEYS, 'team input'] },
    ],
    [404, 'permanent', { cause: ['no endpoint with this ID', 'team'], next: ['endpoint-id', 'set team'] }],
    [422, 'permanent', { cause: ['not take this for an endpoint ID'], next: ['endpoint-id'] }],
    [
      429,
      'rate-limited',
      { cause: ['too many requests'], next: ['fewer workflows', 'longer poll-interval'] },
    ],
    [299, 'permanent', unexpected],
    [300, 'permanent', redirect],
    [301, 'permanent', redirect],
    [308, 'permanent', redirect],
    [399, 'permanent', redirect],
    [402, 'permanent', unexpected],
    [410, 'permanent', unexpected],
    [418, 'permanent', unexpected],
    [200, 'transient', outage],
    [408, 'transient', outage],
    [425, 'transient', outage],
    [500, 'transient', outage],
    [502, 'transient', outage],
    [503, 'transient', outage],
    [599, 'transient', outage],
  ];

  it.each(byHttpStatus)('explains HTTP %i (%s)', (httpStatus, kind, expected) => {
    expectAdvice(faultAdvice(new ApiError('message', { kind, httpStatus })), expected);
  });

  const certificate = {
    cause: ['does not end at the API', 'authority'],
    next: ['api-url', 'proxy', 'NODE_EXTRA_CA_CERTS'],
  };
  const byCode: [code: string | undefined, kind: FaultDetails['kind'], expected: Expected][] = [
    [FAULT_CODES.certificate, 'permanent', certificate],
    [
      FAULT_CODES.proxy,
      'permanent',
      { cause: ['proxy does not let'], next: ['https_proxy', 'user and password', 'no_proxy'] },
    ],
    [
      FAULT_CODES.proxy,
      'transient',
      { cause: ['proxy does not let'], next: ['https_proxy', 'user and password', 'no_proxy'] },
    ],
    [FAULT_CODES.timeout, 'transient', outage],
    ['ENOTFOUND', 'transient', { cause: ['host is not known'], next: ['api-url', 'DNS', 'https_proxy'] }],
    ['ECONNREFUSED', 'transient', outage],
    ['ECONNRESET', 'transient', outage],
    ['', 'transient', outage],
    [undefined, 'transient', outage],
    [undefined, 'permanent', unexpected],
  ];

  it.each(byCode)('explains the fault code %s (%s)', (code, kind, expected) => {
    expectAdvice(faultAdvice(new ApiError('message', { kind, code })), expected);
  });

  it('takes the code of the fault before its HTTP status', () => {
    const fault = new ApiError('message', { kind: 'permanent', code: FAULT_CODES.proxy, httpStatus: 401 });
    expectAdvice(faultAdvice(fault), { cause: ['proxy'], next: ['no_proxy'] });
  });
});

describe('wordsFor', () => {
  const byPhase: [phase: string, words: string][] = [
    ['REQUESTING_VIRTUAL_MACHINE', 'requesting a virtual machine'],
    ['DOWNLOADING_MODEL', 'downloading the model'],
    ['ENGINE_INITIALIZING', 'initializing the engine'],
    ['WARMING_UP', 'WARMING_UP'],
  ];

  it.each(byPhase)('puts the phase %s into words, whatever the status', (phase, words) => {
    expect(wordsFor('INITIALIZING', phase)).toBe(words);
    expect(wordsFor('AWAKING', phase)).toBe(words);
    expect(wordsFor('SOMETHING_NEW', phase)).toBe(words);
  });

  it('has words for every documented phase', () => {
    expect(PHASES.filter((phase) => wordsFor('INITIALIZING', phase) === phase)).toEqual([]);
  });

  const byStatus = new Map([
    ['INITIALIZING', 'starting'],
    ['UPDATING', 'applying a change of its settings'],
    ['SLEEPING', 'the next request wakes it'],
    ['AWAKING', 'waking up'],
  ]);

  it.each([...STATUSES, 'SOMETHING_NEW'])(
    'adds to %s without a phase only what the name does not say',
    (status) => {
      expect(wordsFor(status, '')).toBe(byStatus.get(status) ?? '');
    },
  );
});
