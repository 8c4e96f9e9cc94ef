import type { CoordinationRequest } from '../../src/core/request.js';
import type { Around, Entry, Result, Stored, Waiter } from './terms.js';

/** One command as it was played. */
export interface Met extends Result {
  readonly before: Stored | null;
  readonly request: CoordinationRequest;
  readonly around: Around;
}

/** The row of the contract, and the corners that no code tells apart. */
export function kindsOf(met: Met): string[] {
  const { request, reply } = met;
  const kind = reply.ok ? 'ok' : reply.code === 'invalid_input' ? 'error' : 'conflict';
  const row = `${request.command}: ${kind} ${reply.code}`;
  const corners = Object.entries({ ...cornersOfTenures(met), ...cornersOfTheLine(met), ...cornersOfPushes(met) });
  return [row, ...corners.flatMap(([name, is]) => (is ? [`corner: ${request.command} ${name}`] : []))];
}

/** What the random commands have to meet, more than once. */
export const CORNERS = [
  'ensure by a token of an earlier attempt',
  'release by a token of an earlier attempt',
  'ensure moves the holder',
  'signal-exit forgets what is old',
  'claim forgets minor things first',
  'claim begins above the floor',
  'release ends what its own step renewed',
  'leave ends what its own step renewed',
  'leave leaves a commit',
  'claim begins what has an end',
  'claim begins a hold',
  'claim moves the end',
  'claim leaves the end',
  'claim does not shorten what is longer',
  'renew moves the end',
  'claim ends what time has ended',
  'takeover ends what time has ended',
  'ensure is refused by what time has ended',
  'release ends what time has ended',
  'assert is refused by what time has ended',
  'check is told by what time has ended',
  'check does not ask about a hold',
  'claim joins',
  'ensure joins',
  'claim takes the place of an earlier attempt',
  'claim makes room',
  'claim stays in line',
  'claim leaves the line',
  'ensure leaves the line',
  'claim leaves the line because the pull request is closed',
  'leave leaves the line',
  'claim was served',
  'ensure was served',
  'claim was served by who superseded',
  'claim was served and has lost it again',
  'claim was served and told to exit',
  'claim was served and gives back, for the pull request is closed',
  'claim was served and has another tenure',
  'claim serves itself',
  'claim takes the turn of another step',
  'claim serves a later attempt',
  'claim serves another',
  'claim serves another and joins',
  'claim serves another and leaves',
  'ensure serves another',
  'release serves the next',
  'release serves the next after an eviction',
  'release serves the next after the end',
  'leave serves the next',
  'leave ends what a place brought',
  'release begins a hold for the next',
  'release begins what has an end for the next',
  'release skips who is past the end of the place',
  'claim skips who is over',
  'release skips who is over',
  'release asks about five',
  'release finds nobody in line alive',
  'claim finds nobody in line alive',
  'takeover passes by the line',
  'takeover asks whether it may pass by the line of a free target',
  'takeover asks whether it may begin a hold',
  'claim of a later attempt passes by the line',
  'push builds on the head',
  'push replaces the head that the user expects',
  'push finds nothing to publish',
  'push only looks',
  'push finds the branch gone',
  'push finds what an earlier one did not stand on',
  'push names the branch',
  'push is refused by what time has ended',
  'push is refused before git is asked',
  'push on a closed pull request',
  'push forgets minor things first',
] as const;

function cornersOfTenures({ before, request, around, reply, record: after }: Met): Record<string, boolean> {
  const { command } = request;
  const token = 'fencingToken' in request ? request.fencingToken : null;
  const wrote = after !== before;
  const [oldest] = before?.history ?? [];
  const old = before?.activeRun ?? null;
  const active = after?.activeRun ?? null;
  const began = wrote && active !== null && active.fencingToken !== old?.fencingToken;
  const renewed = wrote && reply.code === 'refreshed' && reply.token === old?.fencingToken;
  const term = 'term' in request ? request.term : null;
  const isOver = old?.expiresAt != null && old.expiresAt <= around.now;
  const writes = 'writes' in request ? request.writes : [];
  const ended = wrote && reply.code === 'released';
  return {
    'by a token of an earlier attempt': reply.ok && token !== null && token !== old?.fencingToken,
    'forgets what is old': wrote && oldest !== undefined && after?.history.includes(oldest) === false,
    'forgets minor things first': wrote && before?.history.length === 50 && after?.history[0] === oldest,
    'begins above the floor': wrote && (after?.fencingToken ?? 0) > (before?.fencingToken ?? 0) + 1,
    'moves the holder': command !== 'claim' && renewed,
    'ends what its own step renewed': ended && old?.renewedBy != null && writes.includes(old.renewedBy),
    'leaves a commit': command === 'leave' && after?.history.at(-1)?.type === 'leave' && wrote,
    'begins what has an end': began && active.expiresAt !== null,
    'begins a hold': began && active.detached,
    'moves the end': renewed && active?.expiresAt !== old.expiresAt,
    'leaves the end': renewed && old.expiresAt !== null && term?.expiresAfterMs === null,
    'does not shorten what is longer':
      renewed && term?.expiresAfterMs != null && old.expiresAt !== null && active?.expiresAt === old.expiresAt,
    'ends what time has ended': isOver && wrote && after?.history.some(saysExpired(around)) === true,
    'is refused by what time has ended': isOver && !reply.ok && old.runId === request.run.runId,
    'is told by what time has ended': isOver && reply.code === 'dead_runner',
    'does not ask about a hold': old?.detached === true && ['fresh_runner', 'stale_runner'].includes(reply.code),
  };
}

function cornersOfTheLine({ before, request, around, reply, record: after }: Met): Record<string, boolean> {
  const { run, command } = request;
  const queue = before?.queue ?? [];
  const left = after?.queue ?? [];
  const wrote = after !== before;
  const has = (places: readonly Waiter[], wanted: Waiter): boolean => places.some(({ id }) => id === wanted.id);
  const isOwn = ({ id }: { readonly id: string | null }): boolean => id !== null && around.ownWrites.includes(id);
  const joined = left.some(({ id }) => id === around.id);
  const replaced = queue.some((place) => !has(left, place) && place.runId === run.runId);
  const news = wrote ? (after?.history ?? []).filter(({ id }) => id === around.id) : [];
  const handover = news.find(({ type }) => type === 'handover');
  const begins = (type: string): boolean => news.some((event) => event.type === type);
  const [first] = queue;
  const skips = first !== undefined && handover !== undefined && handover.entry !== first.id;
  const isPast = first?.until != null && first.until < around.now;
  const leaves = wrote && queue.some(isOwn) && !left.some(isOwn) && news.length === 0;
  const served = before?.history.findLast(({ entry }) => entry !== undefined && around.ownWrites.includes(entry));
  const waits = 'line' in request && request.line !== null;
  const isServed = waits && served !== undefined;
  const beginsNew = after?.activeRun?.fencingToken !== before?.activeRun?.fencingToken;
  const isOwner = reply.owner === run.runId;
  const serves = handover !== undefined;
  const servesAnother = serves && !isOwner;
  const askedAboutLine = reply.asked.filter((question) => question.startsWith('waiter')).length;
  return {
    joins: joined && news.length === 0,
    'takes the place of an earlier attempt': joined && replaced && news.length === 0,
    'makes room': joined && !replaced && queue.length === 100,
    'stays in line': waits && !wrote && queue.some(isOwn) && left.some(isOwn),
    'leaves the line': leaves || (command === 'leave' && left.length < queue.length && news.length === 0),
    'leaves the line because the pull request is closed': leaves && reply.code === 'pr_closed',
    'was served': isServed && !wrote && reply.code === 'claimed_new',
    'was served by who superseded': isServed && !wrote && reply.code === 'taken_over',
    'was served and has lost it again': isServed && !wrote && reply.code === 'ownership_lost',
    'was served and told to exit': isServed && wrote && reply.code === 'exit_signal_recorded',
    'was served and gives back, for the pull request is closed': isServed && wrote && begins('release'),
    'was served and has another tenure': isServed && reply.ok && reply.code === 'refreshed',
    'serves itself': serves && isOwner && reply.ok,
    'takes the turn of another step': waits && begins('claim') && first?.runId === run.runId && !isOwn(first),
    'serves a later attempt': serves && isOwner && reply.code === 'ownership_lost',
    'serves another': servesAnother && !joined,
    'serves another and joins': servesAnother && joined,
    'serves another and leaves': servesAnother && queue.some(isOwn) && !left.some(isOwn),
    'serves the next': serves && news[0]?.type === 'release',
    'serves the next after an eviction': serves && news[0]?.type === 'evict',
    'serves the next after the end': serves && news[0]?.type === 'expired',
    'ends what a place brought': begins('release') && isFromAPlace(before),
    'begins a hold for the next': serves && after?.activeRun?.detached === true,
    'begins what has an end for the next': serves && after?.activeRun?.expiresAt != null,
    'skips who is past the end of the place': skips && isPast,
    'skips who is over': skips && !isPast,
    'asks about five': askedAboutLine === 5 && serves,
    'finds nobody in line alive': wrote && queue.length > 0 && left.length === 0 && askedAboutLine > 0 && !serves,
    'passes by the line': begins('takeover') && left.length > 0,
    'asks whether it may pass by the line of a free target':
      reply.asked.includes('permission') && reply.code === 'claimed_new' && after?.activeRun?.detached === false,
    'asks whether it may begin a hold':
      reply.asked.includes('permission') && reply.code === 'claimed_new' && left.length === 0,
    'of a later attempt passes by the line': beginsNew && reply.code === 'refreshed' && left.length > 0,
  };
}

function cornersOfPushes({ request, around, reply }: Met): Record<string, boolean> {
  if (request.command !== 'push') return {};
  const { publication } = request;
  const asked = reply.asked.includes('branch');
  const published = reply.code === 'published';
  const relation = asked ? around.branch?.relation : undefined;
  return {
    'builds on the head': published && relation === 'ahead',
    'replaces the head that the user expects': published && relation === 'leased',
    'finds nothing to publish': reply.code === 'owner_confirmed' && relation === 'same',
    'only looks': reply.code === 'owner_confirmed' && relation === 'ahead' && publication.dryRun,
    'finds the branch gone': reply.code === 'head_moved' && around.branch?.head === null,
    'finds what an earlier one did not stand on': reply.code === 'head_moved' && relation === 'moved',
    'names the branch': published && publication.branch !== null,
    'is refused before git is asked': !reply.ok && !asked,
    'on a closed pull request': published && !around.open,
  };
}

function saysExpired({ id }: Around): (event: Entry) => boolean {
  return (event) => event.type === 'expired' && event.id === id;
}

function isFromAPlace(before: Stored | null): boolean {
  const token = before?.activeRun?.fencingToken;
  return before?.history.some((event) => event.type === 'handover' && event.fencingToken === token) === true;
}
