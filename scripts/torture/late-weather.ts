import { landsLate, type Answer, type FaultAction, type Reply } from '../../support/local-github/index.js';

/** Told of writes that are still on their way, so that nobody reads the branch before they have landed. */
export interface LateObserver {
  onItsWay(change: 1 | -1): void;
}

const REPLIES: Readonly<Record<'reset' | 'bad gateway' | 'hang', Reply>> = {
  reset: 'reset',
  hang: 'hang',
  'bad gateway': { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>502 Bad Gateway</h1>' },
};

/** The client learns nothing; the write is carried out so much later, whatever has become of the client. */
export function landsLateAfter(afterMs: number, reply: keyof typeof REPLIES, observer: LateObserver): FaultAction {
  const late = landsLate({ afterMs, reply: REPLIES[reply] });
  return {
    name: late.name,
    around: (request, handle) => {
      observer.onItsWay(1);
      const counted = async (): Promise<Answer> => {
        try {
          return await handle();
        } finally {
          observer.onItsWay(-1);
        }
      };
      return late.around?.(request, counted) ?? 'hang';
    },
  };
}
