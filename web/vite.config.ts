import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from './licences.ts';

// In development the pages come from Vite and everything else from a running server.
const server = process.env.SLUICE_SERVER ?? 'http://localhost:8321';

export default defineConfig({
  plugins: [react(), licences()],
  build: { outDir: 'dist', emptyOutDir: true, sourcemap: false, target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { proxy: Object.fromEntries(['/api', '/oauth', '/openapi.json', '/docs', '/setup'].map((path) => [path, { target: server, changeOrigin: true }])) },
});
