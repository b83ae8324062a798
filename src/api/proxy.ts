import { isLoopback } from '../loopback.js';
import { ApiError } from './error.js';

export interface ProxyServer {
  /** The environment variable that names it. */
  readonly variable: string;
  readonly isTls: boolean;
  /** IPv6 addresses are in brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `user:password`, decoded; absent if the variable has none. */
  readonly credentials: string | undefined;
}

/**
 * The proxy that the environment names for a URL, unless `no_proxy` or a loopback host rules it out (docs/behavior.md
 * section 5). Only `https_proxy` counts, because `http:` is for loopback hosts only.
 *
 * @throws ApiError if the value is not a valid proxy URL, so that the request never bypasses the proxy
 */
export function findProxy(url: URL): ProxyServer | undefined {
  const { variable, value } = readVariable('https_proxy');
  if (value === '' || url.protocol !== 'https:' || isLoopback(url.hostname) || isExcluded(url)) return undefined;
  const proxy = parseProxy(value);
  if (proxy !== undefined) return { variable, ...proxy };
  throw new ApiError(
    `the environment variable ${variable} is not a valid proxy URL; expected a value such as http://proxy.example:3128`,
    { kind: 'permanent', source: 'proxy' },
  );
}

/** Finds a variable in lower or upper case. */
function readVariable(name: string): { variable: string; value: string } {
  const variable = [name, name.toUpperCase()].find((each) => process.env[each]?.trim()) ?? name;
  return { variable, value: process.env[variable]?.trim() ?? '' };
}

/** Whether `no_proxy` lists the host: `*`, a host or a domain, each with or without the port. */
function isExcluded({ hostname, port }: URL): boolean {
  const rules = readVariable('no_proxy')
    .value.toLowerCase()
    .split(/[\s,]+/)
    .filter((rule) => rule !== '');
  const names = [hostname, `${hostname}:${port || 443}`];
  const includes = (rule: string): boolean =>
    names.some((name) => `.${name}`.endsWith(`.${rule.replace(/^\*?\./, '')}`));
  return rules.some((rule) => rule === '*' || includes(rule));
}

/** Scheme, credentials up to the last `@`, and the rest: a password can contain what a URL would have to escape. */
const PROXY_VALUE = /^(?:(https?):\/\/)?(?:(.*)@)?([^@]+)$/is;

function parseProxy(value: string): Omit<ProxyServer, 'variable'> | undefined {
  const [, scheme = 'http', userInfo, rest = ''] = PROXY_VALUE.exec(value) ?? [];
  // The URL parser would drop line breaks and skip further slashes.
  if (/[\s\p{Cc}]/u.test(value) || /^[/\\]/.test(rest)) return undefined;
  // Any other scheme, such as socks5:, ends up in the user info or in the rest. A bare number would be an IP address.
  if (/:\/\//.test(rest) || /^\w+:\/\//.test(userInfo ?? '') || /^\d+$/.test(rest)) return undefined;
  if (!URL.canParse(`${scheme}://${rest}`)) return undefined;
  const { protocol, hostname, port } = new URL(`${scheme}://${rest}`);
  if (port === '0') return undefined;
  const isTls = protocol === 'https:';
  const credentials = userInfo && decodeEscapes(userInfo.includes(':') ? userInfo : `${userInfo}:`);
  return { isTls, hostname, port: Number(port || (isTls ? 443 : 80)), credentials };
}

/** Percent escapes as in a URL; what is not one stands for itself. */
function decodeEscapes(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
