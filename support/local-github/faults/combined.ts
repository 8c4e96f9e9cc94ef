import type { FaultAction, Injections } from './plan.js';

/** Several faults for the same request: the first that answers wins, and each sees what those before it made of an answer. */
export function combined(...actions: readonly FaultAction[]): FaultAction {
  const arounds = actions.filter(({ around }) => around !== undefined);
  if (arounds.length > 1) throw new Error('Only one fault can take the handling into its own hands.');
  const around = arounds[0]?.around;
  return {
    name: actions.map(({ name }) => name).join(' and '),
    injections: actions.reduce<Injections>((all, { injections }) => ({ ...all, ...injections }), {}),
    ...(around === undefined ? {} : { around }),
    before: async (request) => {
      for (const { before } of actions) {
        const reply = await before?.(request);
        if (reply !== undefined) return reply;
      }
      return undefined;
    },
    after: async (usual, request) => {
      let answer = usual;
      for (const { after } of actions) {
        const reply = after === undefined ? answer : await after(answer, request);
        if (typeof reply === 'string') return reply;
        answer = reply;
      }
      return answer;
    },
  };
}
