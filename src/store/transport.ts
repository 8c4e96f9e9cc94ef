import type { Deadline } from '../time/deadline.js';

/** What came back over HTTP, before anybody decided what it means. Header names are in lower case. */
export type HttpAnswer = Answered | NoAnswer;

export interface Answered {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Who was asked, for advice: a server that is not github.com has other people to turn to. */
  readonly host?: string;
}

/** No answer: refused, reset, timed out. For a write, its outcome is unknown. */
export interface NoAnswer {
  readonly kind: 'no_answer';
  readonly problem: string;
  readonly cause: unknown;
  readonly host?: string;
  /** Set where the request cannot have arrived and no retry mends it: what to change. */
  readonly permanent?: string;
}

/** The two ways of asking GitHub. Neither throws for anything that GitHub or the network does. */
export interface Transport {
  graphql(query: string, variables: Readonly<Record<string, unknown>>, deadline: Deadline): Promise<HttpAnswer>;
  /**
   * @param route as GitHub's documentation writes it, for example `GET /repos/{owner}/{repo}`.
   * @param headers beside the usual ones, with names in lower case.
   */
  rest(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    deadline: Deadline,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer>;
}

/** One that knows how many requests it has sent until now. */
export interface CountedTransport extends Transport {
  readonly sent: number;
}
