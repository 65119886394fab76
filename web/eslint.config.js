import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'e2e/states', 'src/api/schema.ts'] },
  ...tseslint.configs.strict,
  { files: ['src/**/*.{ts,tsx}'], ...a11y.flatConfigs.recommended },
  { files: ['src/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, rules: hooks.configs['recommended-latest'].rules },
  { rules: { 'max-lines': ['error', 400], 'max-lines-per-function': ['error', { max: 120, skipComments: true }], '@typescript-eslint/no-non-null-assertion': 'error', 'no-console': 'error' } },
);
