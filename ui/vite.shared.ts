/** One build recipe for both apps: offline assets, on-demand Element Plus, API proxied to the city in development. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import type { UserConfig } from 'vite'

const city = process.env.CHENGSHU_URL ?? 'http://127.0.0.1:8000'

export function appConfig(name: 'console' | 'portal', port: number): UserConfig {
  return {
    root: fileURLToPath(new URL(`./apps/${name}`, import.meta.url)),
    // The server hands out `/assets/<app>/*` from `dist/<app>/`; in development pages live at the real paths.
    base: `/assets/${name}/`,
    plugins: [vue(), components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] })],
    build: {
      outDir: fileURLToPath(new URL(`./dist/${name}`, import.meta.url)),
      emptyOutDir: true,
      assetsDir: '',
      target: 'es2022',
      chunkSizeWarningLimit: 1200,
      reportCompressedSize: false,
    },
    server: { host: '127.0.0.1', port, strictPort: true, proxy: { '/api': { target: city } } },
  }
}
