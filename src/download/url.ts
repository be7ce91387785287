/** A path inside an address: what a path may hold and an address may not is escaped. */
export function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** An address below a folder's. */
export function joinUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${escapePath(path)}`;
}

/** An address for people: what follows `?` may hold a signature. */
export function shortUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  try {
    return origin + decodeURI(pathname);
  } catch {
    return origin + pathname;
  }
}
