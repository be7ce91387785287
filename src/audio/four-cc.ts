/** `length` bytes at `offset` as Latin-1; shorter at the end of the file. */
export function fourCc(bytes: Uint8Array, offset: number, length = 4): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
