import { crc32, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Member {
  readonly name: string;
  readonly content: Buffer | string;
  /** Unix mode; a regular file by default, 0o120777 for a link. */
  readonly mode?: number;
  readonly deflate?: boolean;
  /** What the directory says instead of the truth. */
  readonly crc?: number;
  readonly size?: number;
  readonly encrypted?: boolean;
}

/** A zip file as APPNOTE.TXT 4.3 lays it out: local headers with data, then the central directory. */
export function zipOf(members: readonly Member[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0o100644, deflate = false, ...lies } of members) {
    const plain = Buffer.from(content as string);
    const packed = deflate ? deflateRawSync(plain) : plain;
    // Encrypted data begins with a header of twelve bytes.
    const data = lies.encrypted ? Buffer.concat([Buffer.alloc(12), packed]) : packed;
    const path = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800 | (lies.encrypted ? 1 : 0), 2); // names are UTF-8
    fields.writeUInt16LE(deflate ? 8 : 0, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(lies.crc ?? crc32(plain), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(lies.size ?? plain.length, 18);
    fields.writeUInt16LE(path.length, 22);
    local.push(Buffer.from('PK\x03\x04', 'latin1'), fields, path, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, tail, path);
    offset += 30 + path.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

type TarMember = Pick<Member, 'name' | 'content'> & { readonly link?: string };

export async function tarOf(members: readonly TarMember[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, link } of members) {
    if (link !== undefined) archive.entry({ name, type: 'symlink', linkname: link });
    else archive.entry({ name }, Buffer.from(content as string));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
