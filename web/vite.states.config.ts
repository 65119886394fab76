import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page of the states of every component, for development and its own browser test.
// It is no part of the UI that is embedded: that is built from index.html alone.
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'e2e/states', emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, rolldownOptions: { input: 'states.html' } },
});
