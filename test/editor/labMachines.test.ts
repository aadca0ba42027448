import { test } from 'node:test';
import { runHostTests } from './harness/hostRun';

test('machines of a lab, inside the extension host', (context) =>
  runHostTests(context, { suite: 'labMachines' }));
