const LENGTH_DIGITS = 4;
/** What fits into one line beside its length and its band. */
const LARGEST_BAND = 65_515;

export const FLUSH = Buffer.from('0000');

export type Band = 'data' | 'progress';

const BANDS: Record<Band, number> = { data: 1, progress: 2 };

/** One line as git frames it: four hex digits of length, which count themselves, and the data. */
export function pktLine(data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([Buffer.from((bytes.length + LENGTH_DIGITS).toString(16).padStart(LENGTH_DIGITS, '0')), bytes]);
}

/** The lines up to the first flush, or up to what is no line. */
export function linesUpToFlush(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let position = 0; position + LENGTH_DIGITS <= bytes.length;) {
    const length = Number.parseInt(bytes.toString('latin1', position, position + LENGTH_DIGITS), 16);
    if (!(length > LENGTH_DIGITS)) break;
    lines.push(bytes.subarray(position + LENGTH_DIGITS, position + length));
    position += length;
  }
  return lines;
}

/** Bytes for one band of `side-band-64k`. */
export function onBand(band: Band, bytes: Uint8Array): Buffer {
  const lines: Buffer[] = [];
  for (let position = 0; position < bytes.length; position += LARGEST_BAND) {
    const part = bytes.subarray(position, position + LARGEST_BAND);
    lines.push(pktLine(Buffer.concat([Buffer.from([BANDS[band]]), part])));
  }
  return Buffer.concat(lines);
}

/** What came on one band. */
export function ofBand(band: Band, bytes: Buffer): Buffer {
  return Buffer.concat(
    linesUpToFlush(bytes)
      .filter((line) => line[0] === BANDS[band])
      .map((line) => line.subarray(1)),
  );
}
