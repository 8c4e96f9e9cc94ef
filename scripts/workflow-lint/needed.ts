import type { Permissions } from './interfaces.js';

/** The permissions that a step with these inputs needs. A command that is computed may be any of them. */
export function neededFor(inputs: Readonly<Record<string, unknown>>): Permissions {
  const text = (name: string, otherwise: string): string => {
    const value = inputs[name];
    return typeof value === 'string' ? value.trim() : typeof value === 'boolean' ? String(value) : otherwise;
  };
  const command = text('command', 'claim');
  const computed = command.includes('${{');
  const claims = computed || command === 'claim' || command === 'ensure';
  const reads = ['status', 'check', 'assert', 'board'].includes(command) && text('strict', 'false') === 'false';
  // Whether the owner's run is over is asked where a plain claim may replace it, by the guard before a merge and by the board.
  const asksForRuns = (claims && text('supersede', 'dead') !== 'never') || ['check', 'board'].includes(command);
  // A token that is passed in brings its own permissions.
  const hasOwnToken = inputs['github-token'] !== undefined;
  const cancels = text('cancel-superseded', 'false') !== 'false' && !hasOwnToken;
  const shows = !reads && text('pr-status', 'false') !== 'false' && !hasOwnToken;
  return {
    contents: reads ? 'read' : 'write',
    'pull-requests': 'read',
    ...(asksForRuns ? { actions: 'read' as const } : {}),
    ...(cancels ? { actions: 'write' as const } : {}),
    ...(shows ? { statuses: 'write' as const } : {}),
  };
}
