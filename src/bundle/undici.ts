/**
 * Stands in for undici in the bundle (tsconfig.json, paths): 900 kB that @actions/http-client loads for
 * `getAgentDispatcher` alone, which nothing here calls.
 */
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not part of this bundle');
  }
}
