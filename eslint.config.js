import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { nounNames } from './test/lint/noun-names.ts';

const impure = ['Date', 'performance', 'process', 'setTimeout', 'setInterval', 'fetch', 'crypto', 'globalThis'];
const domainIsPure = impure.map((name) => ({
  name,
  message: 'The domain is pure: instants and ids arrive in the command.',
}));

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '.data/',
      '.stryker-tmp/',
      'infra/cdk/',
      'infra/api-lint/',
      'console/dist*/',
      '**/*.cjs',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { lego: { rules: { 'noun-names': nounNames } } },
    rules: {
      'lego/noun-names': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 5],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'Decorator', message: 'No decorators: composition roots are plain code.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['contexts/*/domain/**'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', ...domainIsPure],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts', '**/testing/**', 'test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  { files: ['console/vite.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['infra/**', 'tools/**', '**/bench/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    files: ['eslint.config.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
