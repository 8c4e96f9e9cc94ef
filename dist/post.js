"use strict";
/** The entry of the post step. Most steps leave nothing to do, and then nothing is loaded. */
if (process.env['STATE_coordination'] || process.env['STATE_guard'])
    void Promise.resolve().then(() => require('./bundle.js')).then(({ runPost }) => runPost());
