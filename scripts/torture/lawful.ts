import type { Context } from './context.js';
import type { Rule, Said } from './history.js';
import { judgeLine } from './judge-line.js';
import { mayBeCalled } from './names.js';
import { isSignalled, type StoredEvent, type StoredOwner, type StoredRecord } from './record.js';
import {
  CLOCK_TOLERANCE_MS,
  isMeant,
  isReleasable,
  mayEndOthers,
  mayEnsure,
  maybeOver,
  maybeStale,
  nameOf,
  relationOf,
} from './relation.js';
import type { Report, Version } from './replay.js';

/** Whether each write was one that the contract allows whoever made it, from the very record that it was made on. */

interface Write {
  readonly author: Said;
  readonly event: StoredEvent;
  readonly before: StoredRecord | null;
  readonly old: StoredOwner | null;
  readonly version: Version;
  readonly context: Context;
}

export function judgeWrite(version: Version, context: Context, report: Report): void {
  const { event, before, commit } = version;
  if (event === null) return;
  const author = context.authorOf(event.id);
  if (author === undefined) return report('harness', `nobody was seen to send the ${event.type} ${event.id}`);
  const write: Write = { author, event, before, old: before?.activeRun ?? null, version, context };
  judgeNames(write, report);
  judgeLine(version, author, context, report);
  if (event.type === 'join' || (event.type === 'leave' && event.at === '')) return;
  const at = Date.parse(event.at);
  if (at < author.start - CLOCK_TOLERANCE_MS || at > commit.to + CLOCK_TOLERANCE_MS) {
    report('clock', `the ${event.type} of ${author.step} says it was at ${event.at}, by another clock than GitHub’s`);
  }
  const problem = problemOf(write);
  if (problem !== null) report(problem[0], `${event.type} by ${author.step} (${author.command}): ${problem[1]}`);
}

/** Every event says who made it. */
function judgeNames({ author, event, version, context }: Write, report: Report): void {
  const { step, attempt, workflowRunId, runId, start } = author;
  const isHandover = event.type === 'handover';
  const ofAuthor = event.attempt === attempt && event.workflowRunId === workflowRunId;
  const named = event.actor === step && (isHandover || ofAuthor);
  // The log alone tells of joining and leaving, and breaks foreign text up.
  const ofRun = isHandover || event.at === '' || event.type === 'signal-exit' || event.runId === runId;
  if (!named || !ofRun) {
    report('record', `the ${event.type} of ${step} names another run, attempt or actor`);
  }
  const { repo } = version.record;
  if (!mayBeCalled(context.round.names, repo, start, version.commit.to)) {
    report('moved', `it was written under the name ${repo}, which the repository did not have`);
  }
}

type Problem = readonly [Rule, string] | null;

function problemOf(write: Write): Problem {
  const { author, event, before, old } = write;
  const { command, inputs } = author;
  const relation = old === null ? null : relationOf(old, author);
  const signalled = before !== null && isSignalled(before);
  if (command === 'ensure' && ['claim', 'takeover', 'refresh'].includes(event.type) && !mayEnsure(author, before)) {
    return ['unlawful write', `its token ${String(inputs.token)} does not speak for it`];
  }
  switch (event.type) {
    case 'claim':
      if (!['claim', 'takeover', 'ensure'].includes(command)) return ['unlawful write', 'no command that begins'];
      if (old === null || relation === 'later') return null;
      if (relation === 'mine' && command === 'takeover' && signalled) return null;
      return [relation === 'earlier' ? 'attempt' : 'unlawful write', `the owner is ${nameOf(old)}`];
    case 'handover':
      // With an end before it, that one is judged; alone it takes an owner that a plain claim may replace.
      if (!['claim', 'ensure'].includes(command)) return ['unlawful write', 'no command that hands over'];
      if (event.cause === undefined) return ['superseded alive', 'it was handed over without a cause'];
      return relation === 'another' ? problemOfTakeover(write) : ['unlawful write', `the owner is ${nameOf(old)}`];
    case 'takeover':
      return relation === 'another' ? problemOfTakeover(write) : ['unlawful write', `the owner is ${nameOf(old)}`];
    case 'refresh':
      if (relation !== 'mine') return ['attempt', `the owner is ${nameOf(old)}`];
      return signalled ? ['unlawful write', 'the owner was told to exit'] : null;
    case 'confirm':
      if (relation !== 'mine') return ['attempt', `the owner is ${nameOf(old)}`];
      if (signalled || !inputs.strict || command !== 'assert') return ['unlawful write', 'there is nothing to confirm'];
      return isMeant(author, old) ? null : ['unlawful write', `it means token ${String(inputs.token)}`];
    case 'release':
      if (relation !== 'mine' && relation !== 'later') return ['attempt', `the owner is ${nameOf(old)}`];
      if (author.phase === 'post' || before === null || old === null) return null;
      if (command !== 'release') return ['unlawful write', 'no command that releases'];
      return isReleasable(author, before, old) ? null : ['unlawful write', `it means token ${String(inputs.token)}`];
    case 'evict':
    case 'signal-exit':
      return problemOfEnd(write);
    default:
      return event.type === 'leave' ? null : ['record', 'there is no such event'];
  }
}

/** A plain claim may replace another owner only for the cause that it names, and that cause must have been there. */
function problemOfTakeover({ author, event, before, old, version, context }: Write): Problem {
  const { cause } = event;
  const { supersede } = author.inputs;
  if (old === null || before === null) return null;
  if (cause === undefined) {
    if (author.command !== 'takeover') return ['superseded alive', 'a plain claim took over without a cause'];
    return mayEndOthers(author) ? null : ['permission', `"takeover-permission" is ${author.inputs.takeoverPermission}`];
  }
  if (!['claim', 'ensure'].includes(author.command) || supersede === 'never') {
    return ['superseded alive', `the cause is ${cause}, and "supersede" is ${supersede}`];
  }
  const there =
    (cause === 'exit_signal' && isSignalled(before)) ||
    (cause === 'stale' && supersede === 'stale' && maybeStale(author, old)) ||
    (cause === 'dead' && maybeOver(old, context.round.over, author.start, version.commit.to));
  return there ? null : ['superseded alive', `${nameOf(old)} was replaced as "${cause}", and was not`];
}

/** Ending or signalling another run's tenure takes the permission, and names the tenure that was seen. */
function problemOfEnd({ author, event, old }: Write): Problem {
  const { command, inputs } = author;
  if (old === null || command !== (event.type === 'evict' ? 'release' : 'signal-exit')) {
    return ['unlawful write', 'no command that ends'];
  }
  if (!isMeant(author, old) || (inputs.targetRunId !== null && inputs.targetRunId !== old.runId)) {
    return ['unlawful write', `another tenure was meant than that of ${nameOf(old)}`];
  }
  const relation = relationOf(old, author);
  if (event.type === 'signal-exit' && (relation === 'mine' || relation === 'later')) return null;
  if (event.type === 'signal-exit' && inputs.requireActiveOwner) return ['unlawful write', 'only the owner may signal'];
  if (event.type === 'evict' && (!inputs.evict || (inputs.token === null && inputs.targetRunId === null))) {
    return ['unlawful write', 'it named no tenure'];
  }
  return mayEndOthers(author) ? null : ['permission', `"takeover-permission" is ${inputs.takeoverPermission}`];
}
