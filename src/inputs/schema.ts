import * as v from 'valibot';
import { plain } from '../core/text.js';
import type { Parsed, Worded } from './values.js';

/** Inputs as a schema: every one is read, and all that is wrong is found together. */

/** @param secret the text of it is never shown. */
export function required<T>(parse: (text: string) => Parsed<T> | Worded, secret = false): v.GenericSchema<string, T> {
  return v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const parsed = parse(dataset.value);
      if (parsed.ok) return parsed.value;
      const shown = secret ? '' : `, but is "${plain(dataset.value, 80)}"`;
      const problem = 'problem' in parsed ? parsed.problem : `must be ${parsed.allowed}${shown}`;
      addIssue({ message: problem });
      return NEVER;
    }),
  );
}

/** An input that may be left out: the empty text is `null`. */
export function optional<T>(parse: (text: string) => Parsed<T> | Worded): v.GenericSchema<string, T | null> {
  return required<T | null>((text) => (text === '' ? { ok: true, value: null } : parse(text)));
}
