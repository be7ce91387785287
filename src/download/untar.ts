import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { Guard } from './unpack-guard.ts';

/** Members of a tar stream one after the other. */
export async function untar(stream: Readable, guard: Guard): Promise<void> {
  const members = extract();
  members.on('entry', (header: Header, content, next) => {
    take(header, content as unknown as Readable, guard).then(
      () => next(),
      (error: unknown) => members.destroy(error as Error),
    );
  });
  await pipeline(stream, members as unknown as NodeJS.WritableStream);
}

async function take({ name, type }: Header, content: Readable, guard: Guard): Promise<void> {
  const wanted = guard.admits(name);
  if (wanted && (type === 'file' || type === 'contiguous-file')) {
    await guard.write(name, content);
    return;
  }
  for await (const _ of content);
}
