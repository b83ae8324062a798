/**
 * Loads `tunnel` when a proxy is used and not before (tsconfig.json, paths): it takes a tenth of the start-up, and most
 * runners have no proxy. The four functions are all that @actions/http-client calls.
 */
type Tunnel = Record<
  'httpOverHttp' | 'httpsOverHttp' | 'httpOverHttps' | 'httpsOverHttps',
  (options: unknown) => unknown
>;

function tunnel(): Tunnel {
  // tunnel 0.0.6 calls `new Buffer` for a proxy's credentials; nobody who reads the log can do anything about it.
  process.noDeprecation = true;
  return require('tunnel/lib/tunnel');
}

export const httpOverHttp = (options: unknown): unknown => tunnel().httpOverHttp(options);
export const httpsOverHttp = (options: unknown): unknown => tunnel().httpsOverHttp(options);
export const httpOverHttps = (options: unknown): unknown => tunnel().httpOverHttps(options);
export const httpsOverHttps = (options: unknown): unknown => tunnel().httpsOverHttps(options);
