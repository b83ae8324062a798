/** Whether a URL's host name is this machine (docs/behavior.md section 5, proxies and certificates). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
