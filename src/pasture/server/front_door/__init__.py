"""From the socket to the API: TLS and its certificates, bounds, proxies, foreign pages."""
