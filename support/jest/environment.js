import { untold } from './coverage.js';
import { loadOutside, NAME, outside } from './outside.js';
import PlainGlobal from './plain-global.js';

/** The usual sandbox, and in it what is loaded once a worker. */
export default class Environment extends PlainGlobal {
  #watched;

  constructor(config, context) {
    super(config, context);
    this.#watched = config.globalConfig.watch || config.globalConfig.watchAll;
  }

  async setup() {
    await super.setup();
    await loadOutside();
    this.global[Symbol.for(NAME)] = outside;
  }

  /** After the last test; jest then looks what was covered. Whoever watches has several runs in one process. */
  handleTestEvent({ name }) {
    if (name === 'teardown' && this.global.__coverage__ && !this.#watched) {
      this.global.__coverage__ = untold(this.global.__coverage__);
    }
  }
}
