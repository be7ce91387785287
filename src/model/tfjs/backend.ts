import type { Device } from '../engine.ts';

/** What `affekt engine install` takes from registries; numbers depend on the first two. */
export const pinned = { tfjs: '4.22.0', tensorflow: '2.21.0', nodeApiHeaders: '1.9.0' } as const;

/** Backends of TensorFlow.js that are installed on demand, by the name of their package. */
export const nativeBackends = ['tfjs-node', 'tfjs-node-gpu'] as const;

export type NativeName = (typeof nativeBackends)[number];

/** What computes, where TensorFlow.js does. */
export interface Backend {
  readonly name: NativeName | 'plain';
  /** All that its numbers depend on beside threads and processor, in words. */
  readonly version: string;
  /** Where a native one is installed; empty for plain JavaScript. */
  readonly folder: string;
}

export const nativeVersion = (name: NativeName): string =>
  `${name} ${pinned.tfjs}, TensorFlow ${pinned.tensorflow}`;

export const plainVersion = `TensorFlow.js ${pinned.tfjs} in plain JavaScript`;

/** The best backend there is for a device; undefined where the device needs one that is not installed. */
export function backendFor(
  device: Device,
  installed: (name: NativeName) => Pick<Backend, 'version' | 'folder'> | undefined,
): Backend | undefined {
  const native = (name: NativeName): Backend | undefined => {
    const found = installed(name);
    return found && { name, version: found.version, folder: found.folder };
  };
  if (device !== 'cpu') return native('tfjs-node-gpu');
  return native('tfjs-node') ?? { name: 'plain', version: plainVersion, folder: '' };
}
