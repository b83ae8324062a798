/**
 * Replaces, in the bundle, what nothing here calls (tsconfig.json, paths): undici is 900 kB that @actions/http-client
 * loads for `getAgentDispatcher`, and `tunnel` is for proxies, which src/api/tunnel.ts uses in its place; @actions/core
 * starts programs in `platform.getDetails`, and sends the bearer of its OIDC requests.
 */
function unused(): never {
  throw new Error('This module is not part of the bundle.');
}

export {
  unused as BearerCredentialHandler,
  unused as getExecOutput,
  unused as httpOverHttp,
  unused as httpOverHttps,
  unused as httpsOverHttp,
  unused as httpsOverHttps,
  unused as ProxyAgent,
};
