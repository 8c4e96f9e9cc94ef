import { leftOut } from './left-out.js';

/**
 * For `@actions/http-client`: the toolkit makes a client when it is loaded, only to ask it for an agent that our own fetch
 * does not need. Nothing is sent with it.
 */
export class HttpClient {
  getAgent(): undefined {
    return undefined;
  }
  getAgentDispatcher(): undefined {
    return undefined;
  }
  getJson(): never {
    return leftOut('@actions/http-client');
  }
}
export class BearerCredentialHandler {
  constructor() {
    leftOut('@actions/http-client/lib/auth');
  }
}
