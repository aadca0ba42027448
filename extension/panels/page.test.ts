import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageHtml } from './page';

const source = {
  title: 'Topology',
  scriptUri: 'https://file/dist/topology.js',
  styleUri: 'https://file/dist/topology.css',
  cspSource: 'https://*.cdn.example',
  nonce: 'abc123',
};

test('the policy refuses everything but the files of the view', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(pageHtml(source))?.[1] ?? '';
  const rules = policy.split('; ');
  assert.equal(rules[0], "default-src 'none'");
  assert.ok(rules.includes("script-src 'nonce-abc123'"));
  assert.doesNotMatch(policy, /unsafe|\*[ ;]|connect-src|frame-src|http:/);
});

test('the only script is the one with the nonce, and nothing is inline', () => {
  const html = pageHtml(source);
  const scripts = html.match(/<script[^>]*>[^<]*<\/script>/g);
  assert.deepEqual(scripts, ['<script nonce="abc123" src="https://file/dist/topology.js"></script>']);
  assert.doesNotMatch(html, /<style|style="| on[a-z]+=/);
});

test('what goes in cannot end an attribute or an element', () => {
  const html = pageHtml({ ...source, title: '</title><script>x</script>', styleUri: '"><script>y</script>' });
  assert.equal(html.match(/<script/g)?.length, 1);
});
