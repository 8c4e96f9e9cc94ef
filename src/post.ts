/** The entry of the post step. Most steps leave nothing to do, and then nothing is loaded. */
if (process.env['STATE_coordination']) {
  const { runPost } = await import('./bundle.js');
  await runPost();
}
export {};
