/**
 * The cache service of Actions. The package is larger than everything else here together, and works as an ES module only:
 * it is bundled into a folder of its own, which is loaded where a board asks for it and nowhere else.
 */
export { restoreCache, saveCache } from '@actions/cache';
