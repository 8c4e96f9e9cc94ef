import type { RefResult } from '../types.js';
import { FLUSH, linesUpToFlush, ofBand, onBand, pktLine } from './pkt-line.js';

/** What git tells of each ref after a push; nothing where the answer holds no report. */
export function readReport(body: Buffer): RefResult[] {
  return linesUpToFlush(ofBand('data', body)).flatMap((line): RefResult[] => {
    const [, verdict, ref = '', reason = ''] = /^(ok|ng) (\S+)(?: (.*))?\n?$/.exec(line.toString('utf8')) ?? [];
    if (verdict === undefined) return [];
    return [verdict === 'ok' ? { ref, ok: true } : { ref, ok: false, reason }];
  });
}

/** The answer to a push: what git prints behind `remote: `, and what became of each ref. */
export function writeReport(said: string | Uint8Array, results: readonly RefResult[]): Buffer {
  const lines = results.map((result) => pktLine(`${result.ok ? 'ok' : 'ng'} ${result.ref}${reasonOf(result)}\n`));
  const report = Buffer.concat([pktLine('unpack ok\n'), ...lines, FLUSH]);
  return Buffer.concat([onBand('progress', Buffer.from(said)), onBand('data', report), FLUSH]);
}

function reasonOf(result: RefResult): string {
  return result.ok ? '' : ` ${result.reason}`;
}

/** Git says "hook declined" of whatever a hook declines; GitHub says why. */
export function withReasons(body: Buffer, reasons: ReadonlyMap<string, string>): Buffer {
  const results = readReport(body).map((result): RefResult => {
    const reason = reasons.get(result.ref);
    return result.ok || reason === undefined ? result : { ...result, reason };
  });
  return writeReport(ofBand('progress', body), results);
}
