import { describe, expect, it } from '@jest/globals';
import {
  answers,
  combined,
  isQuery,
  isRest,
  keptAnswer,
  primaryRateLimit,
  withAge,
  withoutDate,
} from '../../support/local-github/index.js';
import { Clock } from '../../support/local-github/clock.js';
import { withClient } from './with-client.js';

const ready = withClient();

async function seenDate(): Promise<string | null> {
  const { headers } = await ready().graphql('query { viewer { login } }');
  return headers.get('date');
}

describe('the clock', () => {
  it('runs, is shifted, stops and runs on', () => {
    let source = 1_000;
    const clock = new Clock(() => new Date(source));
    const read = (): number => clock.now().getTime();
    clock.shift(500);
    expect(read()).toBe(1_500);
    clock.freeze();
    source = 2_000;
    clock.shift(-100);
    expect(read()).toBe(1_400);
    clock.run();
    clock.run();
    source = 2_050;
    expect(read()).toBe(1_450);
    clock.freeze(new Date(9));
    expect(read()).toBe(9);
    clock.reset();
    expect(read()).toBe(2_050);
  });

  it('is what Date and times in answers say, and the machine has no part in it', async () => {
    const { github } = ready();
    github.clock.freeze(new Date('2031-02-03T04:05:06.789Z'));
    expect(await seenDate()).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
    expect((await ready().rest('GET', '/nowhere')).headers.get('date')).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
    const oid = await ready().repository.writeFile('main', 't.txt', 't');
    expect((await ready().rest('GET', `/git/commits/${oid}`)).at('author.date')).toBe('2031-02-03T04:05:06Z');
    github.clock.shift(60_000);
    expect(await seenDate()).toBe('Mon, 03 Feb 2031 04:06:06 GMT');
    github.faults.next(isQuery(), primaryRateLimit({ resetInSeconds: 10 }));
    const { headers } = await ready().graphql('query { viewer { login } }');
    expect(Number(headers.get('x-ratelimit-reset'))).toBe(Date.parse('2031-02-03T04:06:16Z') / 1000);
    expect(headers.get('date')).not.toBeNull();
    expect(github.requests.at(-1)?.date.toISOString()).toBe('2031-02-03T04:06:06.789Z');
  });

  it('may be missing from an answer', async () => {
    ready().github.faults.next(isQuery(), withoutDate());
    expect(await seenDate()).toBeNull();
    expect(await seenDate()).not.toBeNull();
    ready().github.faults.next(isRest(), combined(withoutDate(), answers({ status: 500 })));
    const failed = await ready().rest('GET', '');
    expect([failed.status, failed.headers.get('date')]).toEqual([500, null]);
  });

  it('may be the time at which a cache got the answer', async () => {
    const { github } = ready();
    github.clock.freeze(new Date('2031-02-03T04:05:06Z'));
    github.faults.next(isQuery(), withAge(66));
    const aged = await ready().graphql('query { viewer { login } }');
    expect([aged.headers.get('age'), aged.headers.get('date')]).toEqual(['66', 'Mon, 03 Feb 2031 04:04:00 GMT']);
    github.faults.next(isQuery(), withAge(66, 'now'));
    expect(await seenDate()).toBe('Mon, 03 Feb 2031 04:05:06 GMT');
  });

  it('may stand still in a proxy that repeats itself', async () => {
    const { github } = ready();
    github.faults.always(isRest(), keptAnswer({ obeysNoCache: true }));
    const first = await ready().rest('GET', '/git/ref/heads/main');
    await ready().repository.writeFile('main', 'k.txt', 'k');
    github.clock.shift(5_000);
    const second = await ready().rest('GET', '/git/ref/heads/main');
    expect([second.text, second.headers.get('date')]).toEqual([first.text, first.headers.get('date')]);
    const url = `${github.apiUrl}/repos/${ready().repository.nameWithOwner}/git/ref/heads/main`;
    const fresh = await fetch(url, { headers: { authorization: 'bearer writer', 'cache-control': 'no-cache' } });
    expect(await fresh.text()).toContain(await ready().head());
    expect(fresh.headers.get('date')).not.toBe(first.headers.get('date'));
  });
});
