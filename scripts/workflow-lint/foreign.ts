/** Actions of others whose outputs our workflows use; a misspelt one would be empty, and nothing would fail. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  'actions/upload-artifact': ['artifact-id', 'artifact-url', 'artifact-digest'],
  'actions/deploy-pages': ['page_url'],
};

/** `null`: it is not one of them. */
export function foreignOutputs(uses: string): ReadonlySet<string> | null {
  const known = OUTPUTS[uses.replace(/@.*$/, '')];
  return known === undefined ? null : new Set(known);
}
