import { test } from 'node:test';
import { runHostTests } from './harness/hostRun';

test('inside the extension host', (context) => runHostTests(context));
