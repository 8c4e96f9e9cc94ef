import type { OwnershipRecord } from '../record.js';
import type { LogEvent } from './log-event.js';
import type { Party, Tenure, Wait } from './model.js';
import { allTenures, beginTenure, endTenure, ownerIn, type Owners } from './tenures.js';
import { allWaits, emptyLine, leavePlace, servePlaces, takePlace, type Line, type Stays } from './waits.js';

/** What the log tells of one target: who owned it from when to when, and who waited. */
export interface Story {
  readonly tenures: readonly Tenure[];
  readonly waits: readonly Wait[];
}

interface Telling {
  readonly owners: Owners;
  readonly line: Line;
}

type UrlOf = (workflowRunId: number) => string;

/** What the end of the log tells of its beginning. */
interface Known {
  readonly urlOf: UrlOf;
  /** Hand-overs by the id of the place that they served. */
  readonly handovers: ReadonlyMap<string | null, LogEvent>;
  readonly stays: Stays;
  readonly record: OwnershipRecord | null;
}

const NOTHING: Telling = { owners: { open: null, ended: [] }, line: { waiting: [], waited: [] } };

/**
 * @param events of one target, the oldest first.
 * @param record what is on the branch now; it knows best who owns and who waits. `null`: there is none that can be read.
 */
export function storyOf(events: readonly LogEvent[], record: OwnershipRecord | null, now: string, urlOf: UrlOf): Story {
  const serving = events.filter(({ place }) => place !== null);
  const handovers = new Map(serving.map((event) => [event.place, event] as const));
  const present = new Set(record?.queue.map(({ id }) => id));
  const stays: Stays = ({ id }) => handovers.has(id) || present.has(id);
  const told = events.reduce((before, event) => after(before, event, { urlOf, handovers, stays, record }), NOTHING);
  const times = { last: events.at(-1)?.at ?? now, now };
  return { tenures: allTenures(told.owners, record, times), waits: allWaits(told.line, record, times) };
}

function after({ owners, line }: Telling, event: LogEvent, known: Known): Telling {
  const { urlOf, stays, record } = known;
  const party = partyIn(event, urlOf);
  switch (event.type) {
    case 'claim':
    case 'takeover':
      return { owners: beginTenure(owners, event, party, record), line: servePlaces(line, event, stays) };
    case 'handover':
      return afterHandover({ owners, line }, event, known);
    case 'release':
    case 'evict':
      return { owners: endTenure(owners, event, party), line: emptyLine(line, event, stays) };
    case 'refresh':
    case 'confirm':
    case 'publish':
    case 'signal-exit':
      return { owners: ownerIn(owners, event, party), line };
    case 'join':
      return { owners, line: takePlace(line, event, party) };
    case 'leave':
      return { owners, line: leavePlace(line, event, stays) };
    default:
      return { owners, line };
  }
}

function afterHandover(
  { owners, line }: Telling,
  event: LogEvent,
  { urlOf, handovers, stays, record }: Known,
): Telling {
  // It is written by whoever ended the tenure before; who was served has told of itself when it joined.
  const { workflow = null, actor = null } = line.waiting.find(({ id }) => id === event.place)?.wait ?? {};
  const party = partyIn({ ...event, workflow, actor }, urlOf);
  const served = servePlaces(line, event, stays);
  // Whoever finds the owner gone hands over to another and joins in one commit. That shows when it is served itself.
  const later = handovers.get(event.requestId);
  if (later === undefined) return { owners: beginTenure(owners, event, party, record), line: served };
  const { runId, attempt, workflowRunId } = later;
  const joined = { ...event, runId, attempt, workflowRunId };
  return { owners: beginTenure(owners, event, party, record), line: takePlace(served, joined, partyIn(joined, urlOf)) };
}

function partyIn({ runId, attempt, workflow, actor, workflowRunId }: LogEvent, urlOf: UrlOf): Party {
  const url = workflowRunId === null ? null : urlOf(workflowRunId);
  return { runId, attempt, workflow, job: null, actor, url };
}
