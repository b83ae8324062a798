/**
 * Loads `tunnel` when a proxy is used and not before (tsconfig.json, paths): it takes a tenth of the start-up, and most
 * runners have no proxy. The four functions are all that @actions/http-client calls.
 */
interface TunnelOptions {
  readonly proxy: { readonly host: string };
}
type Tunnel = Record<
  'httpOverHttp' | 'httpsOverHttp' | 'httpOverHttps' | 'httpsOverHttps',
  (options: TunnelOptions) => unknown
>;

function open(name: keyof Tunnel): (options: TunnelOptions) => unknown {
  return (options) => {
    // tunnel 0.0.6 calls `new Buffer` for a proxy's credentials, which a reader of the log can do nothing about.
    process.noDeprecation = true;
    const tunnel: Tunnel = require('tunnel/lib/tunnel');
    // Node looks up an IPv6 address in brackets as a name.
    const host = options.proxy.host.replace(/^\[|\]$/g, '');
    return tunnel[name]({ ...options, proxy: { ...options.proxy, host } });
  };
}

export const httpOverHttp = open('httpOverHttp');
export const httpsOverHttp = open('httpsOverHttp');
export const httpOverHttps = open('httpOverHttps');
export const httpsOverHttps = open('httpsOverHttps');
