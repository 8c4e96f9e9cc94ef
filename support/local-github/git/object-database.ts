import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { type GitObject, isOid, type ObjectFormat, objectId, type ObjectType } from './objects.js';
import { readLooseObject } from './loose-object.js';
import { gitEnvironment } from './process.js';

interface PendingRead {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (cause: Error) => void;
}

const NEWLINE = 0x0a;

/**
 * The objects of one bare repository. Loose ones are read and written as files in git's own format, because a process
 * for every blob and tree would cost more than the rest of a request; the others are read by one long-lived
 * `git cat-file --batch`.
 */
export class ObjectDatabase {
  #reader: ChildProcessWithoutNullStreams | undefined;
  #received: Buffer = Buffer.alloc(0);
  readonly #pending: PendingRead[] = [];
  #closed = false;

  constructor(
    private readonly gitDir: string,
    private readonly format: ObjectFormat,
  ) {}

  /** The object, or null when the repository does not have it. */
  async read(oid: string): Promise<GitObject | null> {
    if (!isOid(oid)) return null;
    return readLooseObject(this.#fileOf(oid), oid) ?? this.#readPacked(oid);
  }

  /** What git has put into a pack (a fetch or a push may), or does not have at all. */
  #readPacked(oid: string): Promise<GitObject | null> {
    if (this.#closed) return Promise.reject(new Error('The local GitHub was closed.'));
    const reader = (this.#reader ??= this.#startReader());
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      reader.stdin.write(`${oid}\n`);
    });
  }

  write(type: ObjectType, data: Buffer): string {
    const oid = objectId(this.format, type, data);
    const file = this.#fileOf(oid);
    if (existsSync(file)) return oid;
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    writeFileSync(temporary, deflateSync(Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]), { level: 1 }));
    renameSync(temporary, file); // never visible half-written
    return oid;
  }

  close(): void {
    this.#closed = true; // a request that outlives its client must not start the reader again
    this.#reader?.kill();
    this.#reader = undefined;
  }

  #fileOf(oid: string): string {
    return join(this.gitDir, 'objects', oid.slice(0, 2), oid.slice(2));
  }

  #startReader(): ChildProcessWithoutNullStreams {
    const reader = spawn('git', ['--git-dir', this.gitDir, 'cat-file', '--batch'], { env: gitEnvironment() });
    reader.stdout.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#deliver();
    });
    reader.stdin.on('error', () => undefined); // the close event reports it
    const fail = (): void => {
      for (const { reject } of this.#pending.splice(0)) reject(new Error('git cat-file ended before it answered.'));
    };
    reader.on('error', fail);
    reader.on('close', fail);
    return reader;
  }

  /** Takes every complete answer off the received bytes: `<oid> <type> <size>\n<data>\n` or `<oid> missing\n`. */
  #deliver(): void {
    for (;;) {
      const lineEnd = this.#received.indexOf(NEWLINE);
      if (lineEnd < 0) return;
      const [oid = '', type = '', size] = this.#received.toString('latin1', 0, lineEnd).split(' ');
      const start = lineEnd + 1;
      const end = size === undefined ? start : start + Number(size);
      if (size !== undefined && this.#received.length < end + 1) return;
      const object =
        size === undefined ? null : { oid, type: type as ObjectType, data: this.#received.subarray(start, end) };
      this.#received = this.#received.subarray(size === undefined ? end : end + 1);
      this.#pending.shift()?.resolve(object);
    }
  }
}
