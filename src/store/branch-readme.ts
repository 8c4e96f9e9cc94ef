/** The README in the root of the state branch, for whoever finds the branch and wonders. */
export function stateBranchReadme(stateBranch: string): string {
  return `# ${stateBranch}

This branch is kept by the GitHub Action **runner-coord**. It says which workflow run owns which pull request.
It shares no history with the code, is never merged, and starts no workflow.

- One file a pull request: \`pulls/<number divided by 1000>/<number>.json\`. \`.runner-coord.json\` marks the branch.
- Every change is one commit with trailers (\`Coord-Event\`, \`Coord-Run-Id\`, \`Coord-Fencing-Token\`, …), so
  \`git log\` on this branch is the audit trail.

## When something is wrong

- **A run is gone but still owns a pull request:** run a workflow with \`command: takeover\`, or with
  \`command: release\`, \`evict: true\` and the \`fencing-token\` that \`command: status\` shows.
- **A record is broken:** restore its last good version with a commit on top of this branch, for example
  \`git checkout <commit> -- <path>\`. Keep \`fencingToken\` at or above the highest that was ever used.
- **Protection:** do not let rules for pull requests or signed reviews apply to this branch; the action writes to it
  with the workflow's token (\`contents: write\`).
- **\`.runner-coord.json\` is gone:** restore it from the log of this branch; never begin it anew.

Please do not delete this branch while runs are at work: fencing tokens would start again from 1.
`;
}
