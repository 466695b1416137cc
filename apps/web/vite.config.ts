import react from '@vitejs/plugin-react'
import mantine from 'postcss-preset-mantine'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  css: { postcss: { plugins: [mantine()] } },
  build: { target: 'es2023', manifest: 'manifest.json', assetsInlineLimit: 0, reportCompressedSize: false },
})
