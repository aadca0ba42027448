// The walls between the rooms (docs/architecture.md, "Who may import whom").
'use strict';

const tests = '\\.test\\.tsx?$';
const io = '^(node:)?(net|tls|dgram|http|https|http2|child_process|cluster)$';

/** `from` may reach nothing of the repository but `allowed`. */
const wall = (name, comment, from, allowed, extra = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: tests, ...extra },
  to: { path: '^(runtime|debug-adapter|extension|webviews|samples|benchmarks|test)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    {
      name: 'only-extension-imports-vscode',
      severity: 'error',
      from: { pathNot: '^(extension|test/editor)/' },
      to: { path: '^(vscode$|node_modules/@types/vscode/)' },
    },
    {
      name: 'io-in-few-rooms',
      comment: 'Only transport/, launch/, node/, relay/ and discovery/ open sockets or start processes.',
      severity: 'error',
      from: {
        path: '^(runtime|extension|webviews)/',
        pathNot: ['^runtime/(transport|launch|node|relay|discovery)/', tests],
      },
      to: { path: io, dependencyTypesNot: ['type-only'] },
    },
    wall(
      'protocol-imports-nothing',
      'protocol/ imports nothing.',
      '^runtime/protocol/',
      '^runtime/protocol/',
    ),
    {
      name: 'protocol-has-no-packages',
      severity: 'error',
      from: { path: '^runtime/protocol/', pathNot: tests },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] },
    },
    wall('core-is-pure', 'core/ knows the protocol alone.', '^runtime/core/', '^runtime/(core|protocol)/'),
    wall('mpi-is-pure', 'mpi/ reaches bytes through the endpoint.', '^runtime/mpi/', [
      '^runtime/(mpi|core|protocol)/',
      '^runtime/transport/endpoint\\.ts$',
    ]),
    wall(
      'transport',
      'transport/ carries bytes.',
      '^runtime/transport/',
      '^runtime/(transport|core|protocol)/',
    ),
    wall(
      'launch',
      'launch/ starts processes.',
      '^runtime/launch/',
      '^runtime/(launch|provision|transport|core|protocol)/',
    ),
    wall('provision', 'provision/ gives a host what a node needs.', '^runtime/provision/', [
      '^runtime/(provision|core|protocol)/',
      '^runtime/launch/remote/index\\.ts$',
    ]),
    wall(
      'discovery',
      'discovery/ finds machines; it starts nothing.',
      '^runtime/discovery/',
      '^runtime/(discovery|core|protocol)/',
    ),
    wall(
      'scheduler',
      'scheduler/ decides; it sends nothing.',
      '^runtime/scheduler/',
      '^runtime/(scheduler|core|protocol)/',
    ),
    wall(
      'tasks',
      'tasks/ runs on a node, over mpi/.',
      '^runtime/tasks/',
      '^runtime/(tasks|scheduler|program|mpi|core|protocol)/',
    ),
    wall('client', 'client/ is the control API seen from outside.', '^runtime/client/', [
      '^runtime/(client|launch|transport|core|protocol)/',
    ]),
    wall('coordinator', 'The coordinator runs no program.', '^runtime/coordinator/', [
      '^runtime/(coordinator|launch|transport|core|protocol)/',
      '^runtime/discovery/index\\.ts$',
      // The bundler: a program is bundled once, for all nodes.
      '^runtime/program/',
    ]),
    wall('runtime-imports-no-editor', 'runtime/ stands without the editor.', '^runtime/', '^runtime/'),
    wall('cli', 'The command line is a client; `lockstep dap` is the adapter.', '^runtime/cli/', [
      '^runtime/(cli|client|core|protocol)/',
      '^runtime/discovery/index\\.ts$',
    ]),
    wall('debug-adapter', 'The adapter reaches the runtime through its client.', '^debug-adapter/', [
      '^debug-adapter/',
      '^runtime/(client|core|protocol)/',
    ]),
    wall('extension', 'The extension reaches the runtime through its client.', '^extension/', [
      '^extension/',
      '^debug-adapter/',
      '^runtime/(client|core|protocol)/',
      '^runtime/discovery/index\\.ts$',
      // The messages between a view and its host.
      '^webviews/[a-z]+/contract\\.ts$',
      // How numbers and faults are said, in trees as in views.
      '^webviews/shared/(numberFormat|faultWords)\\.ts$',
    ]),
    wall('webviews', 'A view knows the words of the protocol.', '^webviews/', [
      '^webviews/',
      '^runtime/protocol/',
    ]),
    wall('samples', 'A sample imports the package name, as a student does.', '^samples/', [
      '^samples/',
      '^runtime/index\\.ts$',
    ]),
    {
      name: 'views-have-no-node',
      severity: 'error',
      from: { path: '^webviews/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: [tests, '^test/'] },
      to: { path: ['^test/', tests] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|\.cache|\.lockstep)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.samples.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'import', 'default', 'types'],
    },
  },
};
