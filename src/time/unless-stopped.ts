/** The work's result, or `stopped` as soon as somebody stops it; the work is left to itself then. */
export function unlessStopped<T>(stop: AbortSignal | undefined, work: () => Promise<T>): Promise<T | 'stopped'> {
  if (stop === undefined) return work();
  if (stop.aborted) return Promise.resolve('stopped');
  return new Promise((resolve, reject) => {
    const end = (): void => resolve('stopped');
    stop.addEventListener('abort', end, { once: true });
    // Taken off each time: a watch of hours would pile them up.
    const finish = (): void => stop.removeEventListener('abort', end);
    work().then(resolve, reject).finally(finish);
  });
}
