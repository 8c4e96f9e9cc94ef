"use strict";
/**
 * The entry of the post step: the same bundle, told which step it is. The state that main saves cannot tell it: a main
 * that is killed before it saved anything still has a post step, which would then do main's work for a cancelled job.
 */
process.env['STATE_is-post'] = 'true';
await import('./index.js');
