import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A member of a zip: its text, or the file that holds its bytes. */
export type Member = { readonly text: string } | { readonly file: string };

/**
 * Writes a zip of members by path. Its bytes follow from theirs alone: sorted names, one date, one mode.
 * The file appears when it is whole.
 */
export async function writeZip(
  target: string,
  members: Readonly<Record<string, Member>>,
): Promise<void> {
  const zip = new ZipFile();
  // The format's dates are local time: its first day is the same in every zone.
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
  for (const path of Object.keys(members).sort()) {
    const member = members[path];
    if (member === undefined) continue;
    if ('text' in member) zip.addBuffer(Buffer.from(member.text), path, options);
    else zip.addFile(member.file, path, options);
  }
  const temporary = `${target}.${process.pid}.tmp`;
  const output = createWriteStream(temporary);
  // What cannot be read ends the writing, too.
  zip.on('error', (error: Error) => output.destroy(error));
  zip.end();
  try {
    await pipeline(zip.outputStream, output);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
