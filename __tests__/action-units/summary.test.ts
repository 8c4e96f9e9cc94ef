import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { summaryOf } from '../../src/action/summary.js';
import { reportOf } from '../../src/report/report.js';
import { NOW, OTHER, owned, request, TARGET, viewOf } from '../core/samples.js';

function refused(scope: string | null): string {
  const target = { ...TARGET, scope };
  const outcome = { kind: 'conflict', code: 'active_run_exists', view: viewOf(owned({ target })) } as const;
  const asked = { command: 'claim', request: request('claim', { run: OTHER }), target } as const;
  return summaryOf(reportOf({ outcome, ...asked, onConflict: 'fail', now: NOW, serverUrl: 'https://github.com' }));
}

/** The inputs of the step that the summary proposes. */
function proposed(summary: string): unknown {
  const [, snippet = ''] = /```yaml\n([\s\S]*?)```/.exec(summary) ?? [];
  return (parse(snippet) as readonly { readonly with: unknown }[])[0]?.with;
}

const TAKEOVER = { command: 'takeover', repo: 'acme/widgets', pr: 17, reason: expect.any(String) as unknown };

test('a pull request is named, with the step that takes it over', () => {
  const summary = refused(null);
  expect(summary).toContain('[acme/widgets\\#17](https://github.com/acme/widgets/pull/17)');
  expect(proposed(summary)).toEqual(TAKEOVER);
});

// YAML would make 1000 of the first, and false of the last.
test.each(['1e3', 'preview', 'off'])('the scope %s of it is named in both', (scope) => {
  const summary = refused(scope);
  expect(summary).toContain(`[acme/widgets\\#17 \\(scope ${scope}\\)](https://github.com/acme/widgets/pull/17)`);
  expect(proposed(summary)).toEqual({ ...TAKEOVER, scope });
});
