import root from '../../eslint.config.js';

/** The rules of the repository, with the types of this package: its own dependencies are installed here only. */
const withoutIgnores = root.filter(({ ignores, files }) => ignores === undefined || files !== undefined);

// eslint-disable-next-line no-restricted-syntax -- ESLint reads the default export
export default [
  { ignores: ['node_modules/', 'cdk.out/', 'eslint.cdk.config.js'] },
  ...withoutIgnores,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Constructs are made for what they add to their scope.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
      'no-new': 'off',
    },
  },
  { files: ['test/**'], rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-unused-expressions': 'off' } },
];
