/** For the REST and paging plugins of Octokit: thousands of methods, of which `request` is the one that is used. */
export const restEndpointMethods = (): Record<string, never> => ({});
export const paginateRest = (): Record<string, never> => ({});
