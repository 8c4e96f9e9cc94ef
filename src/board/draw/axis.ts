import type { Span } from './bars.js';

/** Where a picture has its lines of time. */
export interface Tick {
  /** In per cent of the width. */
  readonly at: number;
  readonly label: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
];
const MOST_TICKS = 8;

/** Whole hours or days of UTC, as many as can be read; a day begins with its date. */
export function ticksOf({ startMs, endMs }: Span): readonly Tick[] {
  const length = endMs - startMs;
  const step = STEPS.find((one) => length / one <= MOST_TICKS) ?? Math.ceil(length / MOST_TICKS / DAY) * DAY;
  const first = Math.ceil(startMs / step) * step;
  const count = Math.floor((endMs - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const time = first + index * step;
    const iso = new Date(time).toISOString();
    return { at: percent(time, { startMs, endMs }), label: time % DAY === 0 ? iso.slice(5, 10) : iso.slice(11, 16) };
  });
}

/** Where a time lies in the span, in per cent with two digits. */
export function percent(time: number, { startMs, endMs }: Span): number {
  return Math.round(((time - startMs) / (endMs - startMs)) * 10_000) / 100;
}
