import type { ErrorCode, Phase, Status } from './endpoint.js';
import { type ApiError, FAULT_CODES } from './fault.js';

/** Why something is as it is, and what a person can do next. Both are sentences without their full stop. */
export interface Advice {
  readonly cause: string;
  readonly next: string;
}

const KEYS_URL = 'https://friendli.ai/suite/~/setting/keys';
const INTEGRATIONS_URL = 'https://friendli.ai/suite/~/setting/integrations';

/** What a status says where its name does not say it. */
const STATUS_WORDS: ReadonlyMap<string, string> = new Map<Status, string>([
  ['INITIALIZING', 'starting'],
  ['UPDATING', 'applying a change of its settings'],
  ['SLEEPING', 'the next request wakes it'],
  ['AWAKING', 'waking up'],
]);

const PHASE_WORDS: ReadonlyMap<string, string> = new Map<Phase, string>([
  ['REQUESTING_VIRTUAL_MACHINE', 'requesting a virtual machine'],
  ['DOWNLOADING_MODEL', 'downloading the model'],
  ['ENGINE_INITIALIZING', 'initializing the engine'],
]);

const UNKNOWN_CAUSE: Advice = {
  cause: 'the service gives no cause',
  next: 'Restart once more; if it fails again, contact support@friendli.ai with the endpoint ID and the time',
};
const SETTINGS: Advice = {
  cause: 'the endpoint’s configuration is not accepted',
  next: 'Check the engine settings of the endpoint; a restart alone will not help',
};
const MODEL_FILES: Advice = {
  cause: 'files of the model are missing or of the wrong kind',
  next: 'Put the safetensors files and config.json at the top of the model’s repository, then restart again',
};

/** behaviour.md section 7. The names are the API's, the causes are the likely ones. */
const ERROR_CODE_ADVICE: ReadonlyMap<string, Advice> = new Map<ErrorCode, Advice>([
  ['WORKLOAD_INIT_UNKNOWN_ERROR', UNKNOWN_CAUSE],
  ['INFERENCE_ENGINE_UNKNOWN_ERROR', UNKNOWN_CAUSE],
  ['WORKLOAD_INIT_SETTINGS_ERROR', SETTINGS],
  ['INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR', SETTINGS],
  [
    'WORKLOAD_INIT_GRPC_ERROR',
    {
      cause: 'a call inside the service failed',
      next: 'Restart again later; if it fails again, contact support@friendli.ai with the endpoint ID and the time',
    },
  ],
  ['WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR', MODEL_FILES],
  ['WORKLOAD_INIT_MANIFEST_TYPE_ERROR', MODEL_FILES],
  [
    'WORKLOAD_INIT_DOWNLOAD_ERROR',
    {
      cause: 'the model could not be downloaded',
      next: 'Check that the model’s repository and revision exist, then restart again',
    },
  ],
  [
    'WORKLOAD_INIT_INVALID_TOKEN_ERROR',
    {
      cause: 'the Hugging Face or Weights & Biases token was revoked or has expired',
      next: `Renew it in Friendli Suite, Personal Settings, Integrations (${INTEGRATIONS_URL}), then restart again`,
    },
  ],
  [
    'WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR',
    {
      cause: 'the token may not read the model’s repository',
      next: `Grant it read access and accept the model’s licence (token: ${INTEGRATIONS_URL}), then restart again`,
    },
  ],
  [
    'WORKLOAD_INIT_HF_WANDB_API_ERROR',
    {
      cause: 'Hugging Face or Weights & Biases did not answer',
      next: 'See https://status.huggingface.co or https://status.wandb.com, and restart later',
    },
  ],
  [
    'WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR',
    {
      cause: 'the model does not fit on the disk',
      next: 'Choose a larger instance or a smaller model',
    },
  ],
  [
    'INFERENCE_ENGINE_MEMORY_ERROR',
    {
      cause: 'the model does not fit in the GPU’s memory',
      next: 'Choose a larger GPU, quantization or a smaller batch size',
    },
  ],
  [
    'INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR',
    {
      cause: 'Friendli’s own metering is misconfigured',
      next: 'Contact support@friendli.ai with the endpoint ID and the time',
    },
  ],
]);

const KEY_ADVICE: Advice = {
  cause: 'the API key is not accepted',
  next: `Check that the secret holds a valid personal API key, or make a new one (${KEYS_URL})`,
};
const RIGHTS_ADVICE: Advice = {
  cause: 'the API key has no right to this endpoint, or the team is not the endpoint’s',
  next: `Use the key of a member who may manage the endpoint (${KEYS_URL}), and check the team input`,
};
const NOT_FOUND_ADVICE: Advice = {
  cause: 'there is no endpoint with this ID, or it belongs to another team',
  next: 'Check endpoint-id, and set team to the ID of the team that owns the endpoint',
};

const HTTP_STATUS_ADVICE: ReadonlyMap<number, Advice> = new Map([
  [
    400,
    {
      cause:
        'the API takes the request for a mistake; for a restart it means that the endpoint cannot be restarted now',
      next: 'Look at the endpoint in Friendli Suite; another restart may be under way',
    },
  ],
  [401, KEY_ADVICE],
  [403, RIGHTS_ADVICE],
  [404, NOT_FOUND_ADVICE],
  [
    422,
    {
      cause: 'the API does not take this for an endpoint ID',
      next: 'Check endpoint-id: wanted is the ID of a Dedicated Endpoint as Friendli Suite shows it',
    },
  ],
  [
    429,
    {
      cause: 'too many requests were made with this key',
      next: 'Run fewer workflows at once, or set a longer poll-interval',
    },
  ],
]);

const REDIRECT_ADVICE: Advice = {
  cause: 'the API answers with a redirect, which is not followed so that the key goes nowhere else',
  next: 'Check api-url: it must be the final address',
};
const OUTAGE_ADVICE: Advice = {
  cause: 'the API or the network has an outage',
  next: 'Run again later; if it lasts, contact support@friendli.ai',
};
const UNEXPECTED_ADVICE: Advice = {
  cause: 'the API answers in a way that is not documented',
  next: 'Look at the endpoint in Friendli Suite, and run again with debug logging for details',
};

const FAULT_CODE_ADVICE: ReadonlyMap<string, Advice> = new Map([
  [
    FAULT_CODES.certificate,
    {
      cause:
        'the connection does not end at the API, or the runner does not know the authority that signed for it',
      next: 'Check api-url; behind a proxy that opens TLS, point NODE_EXTRA_CA_CERTS at its CA certificate',
    },
  ],
  [
    FAULT_CODES.proxy,
    {
      cause: 'the proxy does not let the request through',
      next: 'Check the https_proxy variable of the runner, with user and password where the proxy wants them, and no_proxy',
    },
  ],
  [
    'ENOTFOUND',
    {
      cause: 'the name of the API’s host is not known on this runner',
      next: 'Check api-url and the runner’s DNS; behind a proxy set https_proxy',
    },
  ],
]);

/** The words behind a status: the phase where one is told, else what the status means; empty for a bare name. */
export function wordsFor(status: string, phase: string): string {
  if (phase !== '') return PHASE_WORDS.get(phase) ?? phase;
  return STATUS_WORDS.get(status) ?? '';
}

/** The likely cause of an error code and the next step (behaviour.md section 7). */
export function errorCodeAdvice(errorCode: string): Advice {
  return (
    ERROR_CODE_ADVICE.get(errorCode) ?? {
      cause: 'a cause that this action does not know yet',
      next: 'Look it up in Friendli’s documentation, or contact support@friendli.ai with the endpoint ID and the time',
    }
  );
}

/** The likely cause of a fault and the next step. */
export function faultAdvice(fault: ApiError): Advice {
  const known = FAULT_CODE_ADVICE.get(fault.code ?? '') ?? HTTP_STATUS_ADVICE.get(fault.httpStatus ?? 0);
  if (known !== undefined) return known;
  if (fault.httpStatus !== undefined && fault.httpStatus >= 300 && fault.httpStatus < 400)
    return REDIRECT_ADVICE;
  return fault.kind === 'permanent' ? UNEXPECTED_ADVICE : OUTAGE_ADVICE;
}
