import { test } from 'node:test';
import { runHostTests } from './harness/hostRun';

test('in Restricted Mode, inside the extension host', (context) =>
  runHostTests(context, {
    suite: 'restricted',
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
    },
  }));
