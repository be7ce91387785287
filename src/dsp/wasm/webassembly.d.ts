/** The part of the WebAssembly interface that kernels.ts uses: it is declared with browsers' types only. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB; views of the old buffer become empty. */
    grow(pages: number): number;
  }
}
