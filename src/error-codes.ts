/** The error codes of a failed endpoint: docs/behavior.md section 7 as one list. */

export const CONTACT_SUPPORT = 'contact support@friendli.ai with the endpoint ID and the time';
export const FRIENDLI_SUITE_URL = 'https://friendli.ai/suite';
const INTEGRATIONS = `Friendli Suite, Personal Settings, Integrations (${FRIENDLI_SUITE_URL}/~/setting/integrations)`;

export interface ErrorCodeInfo {
  /** A clause without a period that completes "likely cause: …"; empty if the API gives no cause. */
  readonly likelyCause: string;
  /** A sentence without the final period. */
  readonly nextStep: string;
  readonly recoverable: boolean;
}

const NO_CAUSE = recoverable('', `Restart the endpoint again. If it still fails, ${CONTACT_SUPPORT}`);
const SETTINGS = permanent(
  'the endpoint’s configuration is invalid',
  'Check the endpoint’s engine settings; restarting alone will not help',
);
const MODEL_FILES = permanent(
  'model files are missing or have the wrong format',
  'Put config.json and the safetensors files in the root of the model repository',
);

/** Every error code that the API documents. */
export const ERROR_CODES = {
  WORKLOAD_INIT_UNKNOWN_ERROR: NO_CAUSE,
  WORKLOAD_INIT_SETTINGS_ERROR: SETTINGS,
  WORKLOAD_INIT_GRPC_ERROR: recoverable(
    'an internal Friendli service call failed',
    `Restart the endpoint again later. If it still fails, ${CONTACT_SUPPORT}`,
  ),
  WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR: MODEL_FILES,
  WORKLOAD_INIT_MANIFEST_TYPE_ERROR: MODEL_FILES,
  WORKLOAD_INIT_DOWNLOAD_ERROR: recoverable(
    'the model could not be downloaded',
    'Check that the model’s repository and revision exist, then restart the endpoint',
  ),
  WORKLOAD_INIT_INVALID_TOKEN_ERROR: permanent(
    'the Hugging Face or Weights & Biases token was revoked or has expired',
    `Renew the token in ${INTEGRATIONS}, then restart the endpoint`,
  ),
  WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR: permanent(
    'the token lacks read access to the model’s repository',
    `Grant the token read access and accept the model’s license, then restart the endpoint. Tokens are configured in ${INTEGRATIONS}`,
  ),
  WORKLOAD_INIT_HF_WANDB_API_ERROR: recoverable(
    'Hugging Face or Weights & Biases did not respond',
    'Check https://status.huggingface.co and https://status.wandb.com, then restart later',
  ),
  WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR: permanent(
    'the model does not fit on the disk',
    'Use a larger instance or a smaller model',
  ),
  INFERENCE_ENGINE_UNKNOWN_ERROR: NO_CAUSE,
  INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR: SETTINGS,
  INFERENCE_ENGINE_MEMORY_ERROR: permanent(
    'the model does not fit in GPU memory',
    'Use a larger GPU, enable quantization, or reduce the batch size',
  ),
  INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR: recoverable(
    'Friendli’s own metering is misconfigured',
    'Contact support@friendli.ai with the endpoint ID and the time',
  ),
} as const satisfies Record<string, ErrorCodeInfo>;

function recoverable(likelyCause: string, nextStep: string): ErrorCodeInfo {
  return { likelyCause, nextStep, recoverable: true };
}

function permanent(likelyCause: string, nextStep: string): ErrorCodeInfo {
  return { likelyCause, nextStep, recoverable: false };
}

export type ErrorCode = keyof typeof ERROR_CODES;

const UNDOCUMENTED_CODE = recoverable('', `Look it up in Friendli’s documentation, or ${CONTACT_SUPPORT}`);

/** What is known about an error code; an undocumented one counts as recoverable. */
export function errorCodeInfo(errorCode: string): ErrorCodeInfo {
  return isErrorCode(errorCode) ? ERROR_CODES[errorCode] : UNDOCUMENTED_CODE;
}

/** Whether another restart can fix a failure with this error code; `''` means none. */
export function isRecoverable(errorCode: string): boolean {
  return errorCode === '' || errorCodeInfo(errorCode).recoverable;
}

function isErrorCode(errorCode: string): errorCode is ErrorCode {
  return Object.hasOwn(ERROR_CODES, errorCode);
}
