import NodeEnvironment from 'jest-environment-node';
import { loadOutside, NAME, outside } from './outside.js';

/** The usual sandbox, and in it what is loaded once a worker. */
export default class Environment extends NodeEnvironment {
  async setup() {
    await super.setup();
    await loadOutside();
    this.global[Symbol.for(NAME)] = outside;
  }
}
