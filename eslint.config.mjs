// Lint: zero warnings. What a room may import is held here, by dependency-cruiser and by its tsconfig.
import tseslint from 'typescript-eslint';

/** Modules that open sockets or start processes. */
const ioModules = ['net', 'tls', 'dgram', 'http', 'https', 'child_process', 'cluster'].flatMap((name) => [
  name,
  `node:${name}`,
]);

const noEditor = { name: 'vscode', message: 'Only extension/ imports the editor.' };
const forbid = (names, message) => names.map((name) => ({ name, message, allowTypeImports: true }));
const imports = (paths, patterns = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths: [noEditor, ...paths], patterns }],
});
const noIo = forbid(
  ioModules,
  'Only transport/, launch/, node/, relay/ and discovery/ open sockets or start processes.',
);
const noNode = { regex: '^node:', message: 'This room has no Node.js: it runs in a browser, or anywhere.' };

const tests = ['**/*.test.ts', '**/*.test.tsx', 'test/**'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'out/',
      '.cache/',
      '.lockstep/',
      '**/node_modules/',
      'samples/**/data/',
      'samples/**/out/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 350 }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-warning-comments': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name; only a program has a default export.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // A bundle loads another one beside it when it is first needed.
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // A byte of a wire format is compared with the enum that names it.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'default',
          format: ['camelCase'],
          leadingUnderscore: 'forbid',
          trailingUnderscore: 'forbid',
        },
        { selector: 'import', format: null },
        // Constants of the field (SUM, ANY_SOURCE) and components of a view (NodeCard).
        {
          selector: 'variable',
          modifiers: ['global', 'const'],
          format: ['camelCase', 'UPPER_CASE', 'PascalCase'],
        },
        { selector: 'variable', modifiers: ['destructured'], format: null },
        { selector: 'function', format: ['camelCase', 'PascalCase'] },
        { selector: 'typeLike', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } },
        { selector: 'typeParameter', format: ['PascalCase'] },
        { selector: 'enumMember', format: ['PascalCase'] },
        // Hooks of Node's streams are named by Node.
        { selector: 'classMethod', modifiers: ['override'], format: null },
        // Keys of settings, headers and other people's protocols are theirs to name.
        {
          selector: ['objectLiteralProperty', 'objectLiteralMethod', 'typeProperty', 'typeMethod'],
          format: null,
        },
        { selector: 'parameter', modifiers: ['unused'], format: null },
      ],
    },
  },
  { files: ['runtime/**'], ignores: tests, rules: imports(noIo) },
  { files: ['runtime/{transport,launch,node,relay,discovery}/**'], rules: imports([]) },
  { files: ['runtime/protocol/**'], ignores: tests, rules: imports([], [noNode]) },
  { files: ['debug-adapter/**'], rules: imports([]) },
  { files: ['webviews/**'], ignores: tests, rules: imports([], [noNode]) },
  {
    files: ['extension/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: noIo }] },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-restricted-imports': 'off',
      // Assertions of node:assert narrow only through a typed name; a test may say what it knows.
      'max-lines': ['error', { max: 500 }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['runtime/cli/**', 'benchmarks/**', 'samples/**'], rules: { 'no-console': 'off' } },
  {
    // The type of a component, or of a program's functions, says nothing that its body does not.
    files: ['**/*.tsx', 'samples/**', '**/programs/**'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    // A student's program: its default export is the program, and it imports the package as a student does.
    files: ['samples/**', 'test/programs/**', 'test/**/programs/**', 'benchmarks/**/programs/**'],
    rules: {
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(\\.\\./)+(runtime|extension|debug-adapter|webviews)', message: "Import 'lockstep'." },
          ],
        },
      ],
    },
  },
  {
    // Runs the rules of the standard, which other tests share.
    files: ['test/cluster/programs/conformance.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  { files: ['test/**/programs/**'], rules: { 'no-console': 'off', 'no-constant-condition': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-unused-vars': 'error',
      'no-warning-comments': 'error',
    },
  },
);
