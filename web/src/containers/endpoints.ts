/** Where the published ports of a container answer. Pure. */

export interface Endpoint {
  /** As people write it: address:port, /udp where it is. */
  text: string;
  /** Where a browser gets; null: no browser speaks it. */
  url: string | null;
}

const PUBLISHED = /^(.*):(\d+):(\d+)\/(\w+)$/; // ip:public:private/protocol, as the Engine says
const EVERY = new Set(["", "0.0.0.0", "::", "[::]"]);
const TLS = new Set(["443", "8443"]);

/** What the Engine published, once each; `address` is the host's. */
export function endpointsOf(published: readonly string[], address: string | null): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const one of published) {
    const [, ip = "", outside = "", inside = "", protocol] = PUBLISHED.exec(one) ?? [];
    if (!outside) continue;
    const at = EVERY.has(ip) ? address : ip;
    if (at === null) continue;
    const place = `${at.includes(":") && !at.startsWith("[") ? `[${at}]` : at}:${outside}`;
    const isTcp = protocol === "tcp";
    const text = isTcp ? place : `${place}/${protocol}`;
    const scheme = TLS.has(inside) ? "https" : "http";
    found.set(text, { text, url: isTcp ? `${scheme}://${place}` : null });
  }
  return [...found.values()];
}
