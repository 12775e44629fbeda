/** @file The typed errors of the GPU backend; a user may meet each of them, and each says what to do. */

/** There is no GPU to compute on: no WebGPU in this runtime, or no adapter. */
export class NoDevice extends Error {
  override readonly name = "NoDevice";
}

/** The GPU went away in mid-run (driver reset, unplugged, suspended): what was on it is lost. */
export class DeviceLost extends Error {
  override readonly name = "DeviceLost";
}

/** A buffer that the GPU has no room for; the message says how large it is. */
export class DeviceMemory extends Error {
  override readonly name = "DeviceMemory";
}
