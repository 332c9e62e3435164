import ts from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import parser from 'vue-eslint-parser'

export default ts.config(
  { ignores: ['dist', '**/node_modules', '**/*.d.ts'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser, parserOptions: { parser: ts.parser, sourceType: 'module' } },
  },
  {
    rules: {
      'max-lines': ['error', { max: 300 }],
      complexity: ['error', 12],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'vue/multi-word-component-names': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/define-emits-declaration': 'error',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      // Line layout is the editor's business; these say nothing about correctness.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
    },
  },
  // The list of wire shapes is one flat table and only grows with the contract.
  { files: ['packages/api/src/types.ts'], rules: { 'max-lines': 'off' } },
)
