/** The upper one of the two in the middle of an even number; `null`: there are none. */
export function medianOf(values: readonly number[]): number | null {
  return ascending(values)[Math.floor(values.length / 2)] ?? null;
}

/** What nine of ten are not above. */
export function ninetiethOf(values: readonly number[]): number | null {
  return ascending(values)[Math.ceil(values.length * 0.9) - 1] ?? null;
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((one, other) => one - other);
}
