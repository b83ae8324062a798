/**
 * Stands in, in the bundle, for what nothing here calls (tsconfig.json, paths): undici is 900 kB that
 * @actions/http-client loads for `getAgentDispatcher`; @actions/core starts programs in `platform.getDetails`, and sends
 * the bearer of its OIDC requests.
 */
const message = 'This module is not part of the bundle.';

/** For undici. */
export class ProxyAgent {
  constructor() {
    throw new Error(message);
  }
}

/** For @actions/http-client/lib/auth. */
export class BearerCredentialHandler {
  constructor() {
    throw new Error(message);
  }
}

/** For @actions/exec. */
export function getExecOutput(): never {
  throw new Error(message);
}
