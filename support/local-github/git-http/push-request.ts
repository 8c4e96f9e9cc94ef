import { gunzipSync } from 'node:zlib';
import type { RefCommand } from '../types.js';
import { linesUpToFlush } from './pkt-line.js';

export interface PushRequest {
  readonly commands: readonly RefCommand[];
  /** What the client chose of what was advertised, such as `atomic`. */
  readonly capabilities: readonly string[];
}

const COMMAND = /^(?<oldOid>[0-9a-f]{40,64}) (?<newOid>[0-9a-f]{40,64}) (?<ref>[^\0\n]+)/;

/** What a push wants moved, read from in front of its pack. A client's first, empty request for a large push has none. */
export function parsePush(body: Buffer, encoding: string | undefined): PushRequest {
  const plain = encoding === 'gzip' ? gunzipSync(body) : body;
  const lines = linesUpToFlush(plain).map((line) => line.toString('utf8'));
  const [, chosen = ''] = (lines.find((line) => line.includes('\0')) ?? '').split('\0');
  return {
    commands: lines.flatMap((line): RefCommand[] => {
      const { ref, oldOid, newOid } = COMMAND.exec(line)?.groups ?? {};
      return ref === undefined || oldOid === undefined || newOid === undefined ? [] : [{ ref, oldOid, newOid }];
    }),
    capabilities: chosen
      .trim()
      .split(' ')
      .filter((capability) => capability !== ''),
  };
}
