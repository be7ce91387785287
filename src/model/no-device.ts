import type { Device } from './engine.ts';

/** The device that was asked for is not there. */
export class NoDevice extends Error {
  override readonly name = 'NoDevice';
  readonly device: Device;
  constructor(runtime: string, device: Device, reason: string) {
    super(`${runtime} cannot use the device ${device}: ${reason}`);
    this.device = device;
  }
}
