import { leftOut } from './left-out.js';

/** For `undici`: the toolkit would send its requests with it, but is given a fetch of our own. */
export const fetch = (): never => leftOut('undici');
export class ProxyAgent {
  constructor() {
    leftOut('undici');
  }
}
