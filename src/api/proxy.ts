import { isIPv6 } from 'node:net';
import { checkBypass } from '@actions/http-client/lib/proxy';
import { ApiError } from './error.js';

export interface ProxyServer {
  readonly isTls: boolean;
  /** An IPv6 address is without brackets. */
  readonly host: string;
  readonly port: number;
  /** `user:password`, not encoded; absent where the variable names none. */
  readonly credentials: string | undefined;
}

/**
 * The proxy that the environment names for a URL: `https_proxy` or `http_proxy`, unless `no_proxy` or a loopback host
 * rules it out (docs/behavior.md section 5).
 *
 * @throws ApiError when the variable's value is not a proxy; a request must not go direct for that reason
 */
export function findProxy(url: URL): ProxyServer | undefined {
  if (checkBypass(url)) return undefined;
  const name = `${url.protocol.slice(0, -1)}_proxy`;
  const variable = [name, name.toUpperCase()].find((candidate) => readVariable(candidate) !== '');
  if (variable === undefined) return undefined;
  const proxy = parseProxy(readVariable(variable));
  if (proxy !== undefined) return proxy;
  throw new ApiError(
    `the environment variable ${variable} does not name a proxy; expected a value such as http://proxy.example:3128`,
    { kind: 'permanent', source: 'proxy' },
  );
}

/**
 * Writes the proxy for a URL back in the one form that @actions/http-client, which reads the environment itself,
 * understands: other forms it takes for no proxy, and goes direct.
 *
 * @throws ApiError as `findProxy` does
 */
export function normalizeProxy(url: URL): void {
  const proxy = findProxy(url);
  if (proxy === undefined) return;
  const { isTls, host, port, credentials } = proxy;
  const normalized = new URL(`${isTls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(credentials ?? '') ?? [];
  normalized.username = encodeURIComponent(user);
  normalized.password = encodeURIComponent(password);
  process.env[`${url.protocol.slice(0, -1)}_proxy`] = normalized.href;
}

function readVariable(name: string): string {
  return process.env[name]?.trim() ?? '';
}

/** Scheme, credentials up to the last `@`, and the rest: a password can contain what a URL would have to escape. */
const PROXY_VALUE = /^(?:(https?):\/\/)?(?:(.*)@)?([^@]+)$/is;

function parseProxy(value: string): ProxyServer | undefined {
  const [, scheme = 'http', userInfo, rest = ''] = PROXY_VALUE.exec(value) ?? [];
  // The URL parser would drop line breaks and skip further slashes.
  if (/[\s\p{Cc}]/u.test(value) || /^[/\\]/.test(rest)) return undefined;
  // Any other scheme, such as socks5:, stays part of the user info or the rest. A number alone would be an address.
  const text = `${scheme}://${rest}`;
  if (/:\/\//.test(rest) || /^\w+:\/\//.test(userInfo ?? '') || /^\d+$/.test(rest)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  const isTls = protocol === 'https:';
  if (port === '0') return undefined;
  return {
    isTls,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    credentials: userInfo === undefined ? undefined : decodeUserInfo(userInfo),
  };
}

function decodeUserInfo(userInfo: string): string {
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(userInfo) ?? [];
  return `${decodeEscapes(user)}:${decodeEscapes(password)}`;
}

/** Percent escapes as in a URL; a bare `%` stands for itself. */
function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    return text;
  }
}
