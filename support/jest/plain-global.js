import { createContext, constants } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** What jest replaces although a context has it from the start: programs of node and of the test share these classes. */
const SHARED = ['Buffer', 'ArrayBuffer', 'Uint8Array'];

/**
 * The environment of jest, but its global object is a plain one. Jest's is a proxy, and node asks it for every `Math`,
 * `String` and `Map` that the code names: half a microsecond each, ten times as long as the rest of such a line takes. To
 * whoever plays tens of thousands of schedules that is a third of the time.
 */
export default class PlainGlobal extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const global = createContext(constants.DONT_CONTEXTIFY);
    const builtIn = new Set(Object.getOwnPropertyNames(global));
    for (const name of Reflect.ownKeys(this.global)) {
      if (builtIn.has(name) && !SHARED.includes(name)) continue;
      Object.defineProperty(global, name, inItself(global, name, Object.getOwnPropertyDescriptor(this.global, name)));
    }
    global.global = global;
    global.Error.stackTraceLimit = this.global.Error.stackTraceLimit;
    this.context = this.global = global;
    // They put their functions into the global object that they were made for.
    this.moduleMocker = new this.moduleMocker.constructor(global);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global });
  }
}

/** What jest makes when it is first asked for, such as `fetch`, is written into jest's global object; it belongs into this one. */
function inItself(global, name, descriptor) {
  if (descriptor.get === undefined || !descriptor.configurable) return descriptor;
  const { get, enumerable } = descriptor;
  const set = (value) => Object.defineProperty(global, name, { value, enumerable, writable: true, configurable: true });
  return {
    enumerable,
    configurable: true,
    set,
    get() {
      const value = get.call(global);
      set(value);
      return value;
    },
  };
}
