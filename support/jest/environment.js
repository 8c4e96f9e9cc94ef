import PlainGlobal from './plain-global.js';
import { loadOutside, NAME, outside } from './outside.js';

/** The usual sandbox, and in it what is loaded once a worker. */
export default class Environment extends PlainGlobal {
  async setup() {
    await super.setup();
    await loadOutside();
    this.global[Symbol.for(NAME)] = outside;
  }
}
