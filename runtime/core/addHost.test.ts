import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addHost } from './addHost';
import { parseConfiguration } from './configuration';

const add = (text: string | undefined, host = { host: '10.0.0.7' }, cluster = 'lab') =>
  addHost(text, 'lockstep.json', cluster, host, 8);

test('where there is no file, one is made', () => {
  assert.deepEqual(JSON.parse(add(undefined)), {
    clusters: { lab: { type: 'ssh', nodes: 8, hosts: [{ host: '10.0.0.7' }] } },
  });
});

test('a cluster is added, and nothing else changes', () => {
  const before = `{
    "default": "a",
    "clusters": {
        "a": {"type":"local",  "nodes": 3}
    }
}
`;
  assert.equal(
    add(before),
    before.replace(
      ' 3}\n',
      ' 3},\n        "lab": { "type": "ssh", "nodes": 8, "hosts": [{ "host": "10.0.0.7" }] }\n',
    ),
  );
});

test('a host joins the others, in a line of its own where they have one', () => {
  const inline = '{"clusters":{"lab":{"type":"ssh","nodes":2,"hosts":["lab-1"]}}}';
  assert.equal(add(inline), inline.replace('"lab-1"]', '"lab-1", { "host": "10.0.0.7" }]'));
  const lines = inline.replace('["lab-1"]', '[\r\n\t\t"lab-1"\r\n\t]');
  assert.equal(add(lines), lines.replace('"lab-1"', '"lab-1",\r\n\t\t{ "host": "10.0.0.7" }'));
});

test('a host that is there already is not added again', () => {
  const once = add(undefined);
  assert.equal(add(once), once);
  const named = '{"clusters":{"lab":{"type":"ssh","nodes":2,"hosts":["10.0.0.7"]}}}';
  assert.equal(add(named), named);
});

test('a cluster of another type, or a file that is wrong, is left alone and named', () => {
  const local = '{"clusters":{"lab":{"type":"local","nodes":2}}}';
  assert.throws(() => add(local), /lockstep\.json: clusters\.lab is of type "local"/);
  assert.throws(() => add('{"clusters":'), /not valid JSON/);
});

test('property: any name of a cluster, any layout: the host is in, and the rest is as it was', () => {
  const names = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__proto__');
  fc.assert(
    fc.property(names, fc.constantFrom(undefined, 1, 2, '\t'), fc.boolean(), (name, indent, known) => {
      const other = { type: 'local' as const, nodes: 4 };
      const lab = { type: 'ssh' as const, nodes: 2, hosts: [{ host: 'lab-1' }] };
      const clusters = known ? { first: other, [name]: lab } : { first: other };
      if (name === 'first') return;
      const after = parseConfiguration(
        add(JSON.stringify({ clusters }, undefined, indent), undefined, name),
        'f',
      );
      const hosts = [...(known ? lab.hosts : []), { host: '10.0.0.7' }];
      assert.deepEqual(after.clusters, {
        first: other,
        [name]: { type: 'ssh', nodes: known ? 2 : 8, hosts },
      });
    }),
  );
});
