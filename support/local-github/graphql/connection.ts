import { refusal } from './errors.js';
import type { Arguments } from './resolvers.js';

export interface Connection<Node> {
  readonly totalCount: number;
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const LIMIT = 100;

/** How many are asked for, and from which end; like GitHub, it insists on `first` or `last`, and on no more than 100. */
export function pageSize(field: string, args: Arguments): { argument: 'first' | 'last'; size: number } {
  const size = typeof args.first === 'number' ? args.first : args.last;
  if (typeof size !== 'number') {
    throw refusal(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
    );
  }
  const argument = typeof args.first === 'number' ? 'first' : 'last';
  if (size > LIMIT) {
    throw refusal(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${field}\` connection exceeds the \`${argument}\` limit of ${LIMIT} records.`,
    );
  }
  return { argument, size };
}

/** One page of a list. */
export function connection<Node>(field: string, all: readonly Node[], args: Arguments): Connection<Node> {
  const { argument, size } = pageSize(field, args);
  const from = position(args.after, 0);
  const to = args.before === undefined || args.before === null ? all.length : position(args.before, all.length) - 1;
  const start = argument === 'first' ? from : Math.max(from, to - size);
  const end = argument === 'first' ? Math.min(to, from + size) : to;
  const nodes = all.slice(start, end);
  return {
    totalCount: all.length,
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursor(start + index + 1), node })),
    pageInfo: {
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length === 0 ? null : cursor(start + 1),
      endCursor: nodes.length === 0 ? null : cursor(end),
    },
  };
}

function cursor(index: number): string {
  return Buffer.from(String(index)).toString('base64url');
}

function position(value: unknown, fallback: number): number {
  return typeof value === 'string' ? Number(Buffer.from(value, 'base64url').toString()) : fallback;
}
