const FROM_A_STEP = 'set the `pr` input, for example from an earlier step: `pr: ${{ steps.find.outputs.pr }}`';

/** The next step for a run of this event whose pull request is not known, for the person who reads the log. */
export function nextStep(eventName: string): string {
  switch (eventName) {
    case 'issues':
    case 'issue_comment':
      return (
        'An issue that is not a pull request cannot be owned. Skip the job for those with ' +
        '`if: ${{ github.event.issue.pull_request }}`, or ' +
        FROM_A_STEP +
        '.'
      );
    case 'workflow_dispatch':
      return (
        'Declare a workflow_dispatch input named `pr` and fill it in, dispatch the workflow on the branch of an open pull ' +
        'request, or set the `pr` input from an input of your own: `pr: ${{ inputs.my-input }}`.'
      );
    case 'repository_dispatch':
      return (
        'Send the number as `client_payload.pr`, or set the `pr` input from a field of your own: ' +
        '`pr: ${{ github.event.client_payload.my-field }}`.'
      );
    case 'schedule':
      return `A scheduled run belongs to no pull request: ${FROM_A_STEP}.`;
    case 'checkout':
      return 'Say which pull request is meant, for example with `--pr 17`, or check out the branch of an open one.';
    default:
      return `If this run is about one pull request, ${FROM_A_STEP}; else skip this step.`;
  }
}
