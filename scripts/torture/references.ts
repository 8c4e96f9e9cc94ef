/** What GitHub makes a link, a notification or the closing of an issue of, in a commit message. */
const REFERENCES: readonly RegExp[] = [
  /(?:[\w.-]+\/[\w.-]+)?#\d+/gi,
  /\bGH-\d+/gi,
  /@[a-z\d][\w-]*/gi,
  /https?:\/\/\S+/gi,
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b/gi,
];

export function referencesIn(message: string): readonly string[] {
  return REFERENCES.flatMap((reference) => [...message.matchAll(reference)].map(([text]) => text));
}
